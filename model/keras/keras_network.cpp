// The architecture as Keras stores it, in config.json or the attribute model_config:
//   {"class_name": "Sequential", "config": {"layers": [{"class_name": "Conv2D", "config": {"name": "conv2d",
//    "filters": 32, "kernel_size": [3, 3], "activation": "relu", …}}, …]}}
// Keras before 2.2.5 has the list itself for "config". A functional model looks alike; that it is a chain shows when
// its steps are those of a chain, since every other shape needs layers that join.
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "base/error.h"
#include "model/keras/keras_file.h"

namespace slidetype {
namespace {

using nlohmann::json;

constexpr int kMaxNesting = 64;

bool does_nothing_at_inference(const std::string& kind) {
    static const std::set<std::string> kinds = {"InputLayer",       "Dropout",
                                                "SpatialDropout2D", "GaussianDropout",
                                                "GaussianNoise",    "AlphaDropout",
                                                "RandomFlip",       "RandomRotation",
                                                "RandomZoom",       "RandomContrast",
                                                "RandomBrightness", "RandomTranslation",
                                                "RandomShear",      "ActivityRegularization"};
    return kinds.contains(kind);
}

std::string text_of(const json& object, const char* key, const std::string& otherwise = {}) {
    return object.is_object() && object.contains(key) && object[key].is_string() ? object[key].get<std::string>()
                                                                                 : otherwise;
}

double number_of(const json& object, const char* key, double otherwise) {
    return object.contains(key) && object[key].is_number() ? object[key].get<double>() : otherwise;
}

std::string count_of(const json& object, const char* key) {
    return object.contains(key) && object[key].is_number_integer() ? object[key].dump() : "?";
}

/// "3 x 3" from 3 or [3, 3].
std::string pair_text(const json& object, const char* key, const std::string& otherwise) {
    if (!object.contains(key) || object[key].is_null()) return otherwise;
    const auto& value = object[key];
    if (value.is_number_integer()) return value.dump() + " x " + value.dump();
    return value.is_array() && value.size() == 2 ? value[0].dump() + " x " + value[1].dump() : value.dump();
}

std::string activation_of(const json& config) {
    if (!config.contains("activation") || config["activation"].is_null()) return "linear";
    const auto& value = config["activation"];
    if (value.is_string()) return value.get<std::string>();
    return text_of(value, "config", text_of(value, "class_name", "an activation of its own"));
}

std::string convolution(const json& config) {
    auto what = std::string("Conv2D ") + count_of(config, "filters") + " filters " +
                pair_text(config, "kernel_size", "?") + ", stride " + pair_text(config, "strides", "1 x 1") +
                ", padding " + text_of(config, "padding", "valid");
    if (const auto dilation = pair_text(config, "dilation_rate", "1 x 1"); dilation != "1 x 1") {
        what += ", dilation " + dilation;
    }
    if (number_of(config, "groups", 1) != 1) what += ", in groups";
    return what;
}

std::string pooling(const json& config) {
    const auto size = pair_text(config, "pool_size", "2 x 2");
    return std::string("MaxPooling2D ") + size + ", stride " + pair_text(config, "strides", size) + ", padding " +
           text_of(config, "padding", "valid");
}

class Walk {
  public:
    Walk(const std::string& source, KerasNetwork& network) : source_(source), network_(network) {}

    void model(const json& model) {
        if (!model.is_object() || !model.contains("config")) fail("its configuration describes no network");
        const auto& config = model["config"];
        const auto* layers = &config;
        if (config.is_object() && config.contains("layers")) layers = &config["layers"];
        if (!layers->is_array() && depth_ == 0) {
            network_.own_class = text_of(model, "class_name", "a class without a name");
            return;
        }
        if (!layers->is_array()) {
            fail("its part " + text_of(model, "class_name", "without a name") + " has no list of layers");
        }
        ++depth_;
        for (const auto& layer : *layers) add(layer);
    }

  private:
    [[noreturn]] void fail(const std::string& cause) const { throw Error(ErrorCode::bad_model, source_, cause); }

    void add(const json& layer) {
        const auto kind = text_of(layer, "class_name", "a layer without a class");
        if (kind == "Sequential" || kind == "Functional" || kind == "Model") return model(layer);
        const json none = json::object();
        const auto& config =
            layer.is_object() && layer.contains("config") && layer["config"].is_object() ? layer["config"] : none;
        const auto name = text_of(config, "name", kind);
        take_shape(config);
        if (text_of(config, "data_format") == "channels_first") fail("layer " + name + " has its channels first");
        if (does_nothing_at_inference(kind)) return;
        if (kind == "Rescaling" && network_.steps.empty() && !network_.rescales) return take_rescaling(config, name);
        step(kind, config, name);
    }

    void step(const std::string& kind, const json& config, const std::string& name) {
        if (kind == "Conv2D" || kind == "Dense") {
            auto what = kind == "Conv2D" ? convolution(config) : std::string("Dense ") + count_of(config, "units");
            if (config.contains("use_bias") && config["use_bias"] == false) what += ", no bias";
            network_.steps.push_back({name, what});
            network_.class_names.push_back(kind);
            network_.layer_names.push_back(name);
            if (const auto activation = activation_of(config); activation != "linear") {
                network_.steps.push_back({name, activation});
            }
        } else if (kind == "MaxPooling2D") {
            network_.steps.push_back({name, pooling(config)});
        } else if (kind == "Activation") {
            if (activation_of(config) != "linear") network_.steps.push_back({name, activation_of(config)});
        } else if (kind == "ReLU") {
            const bool plain = number_of(config, "negative_slope", 0) == 0 && number_of(config, "threshold", 0) == 0 &&
                               (!config.contains("max_value") || config["max_value"].is_null());
            network_.steps.push_back({name, plain ? "relu" : "a ReLU of another form"});
        } else {
            network_.steps.push_back({name, kind});
        }
    }

    void take_shape(const json& config) {
        for (const char* key : {"batch_input_shape", "batch_shape"}) {
            if (!network_.input_shape.empty() || !config.contains(key)) continue;
            const auto& shape = config[key];
            if (!shape.is_array() || shape.size() != 4) continue;
            const auto is_edge = [](const json& edge) {
                return edge.is_number_integer() && edge >= 1 && edge <= 100000;
            };
            if (!is_edge(shape[1]) || !is_edge(shape[2]) || !is_edge(shape[3])) continue;
            network_.input_shape = {shape[1].get<int>(), shape[2].get<int>(), shape[3].get<int>()};
        }
    }

    void take_rescaling(const json& config, const std::string& name) {
        if (!config.contains("scale") || !config["scale"].is_number()) {
            fail("layer " + name + " does not rescale by one number");
        }
        if (config.contains("offset") && !config["offset"].is_number()) {
            fail("layer " + name + " does not shift by one number");
        }
        network_.rescales = true;
        network_.scale = config["scale"].get<double>();
        network_.offset = number_of(config, "offset", 0);
    }

    const std::string& source_;
    KerasNetwork& network_;
    int depth_ = 0;
};

}  // namespace

KerasNetwork parse_keras_network(const std::string& text, const std::string& source) {
    KerasNetwork network;
    const auto not_too_deep = [](int depth, json::parse_event_t, json&) {
        if (depth > kMaxNesting) throw std::length_error("it is nested too deeply");
        return true;
    };
    try {
        Walk(source, network).model(json::parse(text, not_too_deep));
    } catch (const json::exception& error) {
        throw Error(ErrorCode::bad_model, source, std::string("its configuration cannot be read: ") + error.what());
    } catch (const std::length_error& error) {
        throw Error(ErrorCode::bad_model, source, std::string("its configuration cannot be read: ") + error.what());
    }
    return network;
}

}  // namespace slidetype
