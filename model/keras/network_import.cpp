// From Keras' tensors to ours, with x, y for the place in a kernel or picture, i for inputs, o for outputs:
//   convolution  Keras [y][x][i][o]   ours [o][i][y][x]
//   dense        Keras [i][o]         ours [o][i]
// The first dense layer sees a flattened picture of C channels and H × W pixels, whose order differs too:
//   Keras i = (y · W + x) · C + c     ours i = (c · H + y) · W + x
// An affine change of the input, s · u + t in place of u = x / 255, goes into the first convolution, which can hold it
// exactly since it pads nothing: w' = s · w, b' = b + t · Σ w.
#include "model/keras/network_import.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "model/keras/keras_file.h"

namespace slidetype {
namespace {

constexpr const char* kHint =
    "Only the network of the original notebook can be imported: convolutions of 32, 64 and 128 filters 3 x 3, each "
    "with "
    "relu and max pooling, then dense 128 with relu and dense 1 with sigmoid, on 256 x 256 pixels.";

[[noreturn]] void refuse_weights(const std::filesystem::path& file, const std::string& cause,
                                 const std::string& hint = kHint) {
    throw Error(ErrorCode::bad_model, file.string(), cause, hint);
}

std::string squared(int edge) {
    return std::to_string(edge) + " x " + std::to_string(edge);
}

/// A layer with weights, and what enters its Flatten if it follows one.
struct Target {
    std::string name;  ///< of our tensors, such as "conv1"
    bool convolution;
    std::vector<std::int64_t> kernel_shape;  ///< Keras'
    std::vector<int> flattened;              ///< channels, height, width; empty where there was no Flatten before
};

std::vector<Target> targets_of(const Architecture& architecture) {
    const auto shapes = layer_shapes(architecture);
    std::vector<Target> targets;
    targets.reserve(architecture.layers.size());
    std::vector<int> flattened;
    int convs = 0, denses = 0;
    for (std::size_t i = 0; i < architecture.layers.size(); ++i) {
        const auto& layer = architecture.layers[i];
        if (std::holds_alternative<FlattenLayer>(layer)) flattened = shapes[i - 1];
        if (const auto* conv = std::get_if<ConvLayer>(&layer)) {
            targets.push_back({"conv" + std::to_string(++convs),
                               true,
                               {conv->kernel, conv->kernel, conv->inputs, conv->outputs},
                               {}});
        } else if (const auto* dense = std::get_if<DenseLayer>(&layer)) {
            targets.push_back(
                {"dense" + std::to_string(++denses), false, {dense->inputs, dense->outputs}, std::move(flattened)});
            flattened.clear();
        }
    }
    return targets;
}

/// The steps that Keras would list for the architecture.
std::vector<std::string> steps_of(const Architecture& architecture) {
    std::vector<std::string> steps;
    steps.reserve(2 * architecture.layers.size());
    for (const auto& layer : architecture.layers) {
        if (const auto* conv = std::get_if<ConvLayer>(&layer)) {
            steps.push_back("Conv2D " + std::to_string(conv->outputs) + " filters " + squared(conv->kernel) +
                            ", stride " + squared(conv->stride) + ", padding " +
                            (conv->padding == 0 ? "valid" : "same"));
            steps.emplace_back("relu");
        } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layer)) {
            steps.push_back("MaxPooling2D " + squared(pool->size) + ", stride " + squared(pool->size) +
                            ", padding valid");
        } else if (std::holds_alternative<FlattenLayer>(layer)) {
            steps.emplace_back("Flatten");
        } else if (const auto* dense = std::get_if<DenseLayer>(&layer)) {
            steps.push_back("Dense " + std::to_string(dense->outputs));
            if (dense->relu) steps.emplace_back("relu");
        }
    }
    steps.emplace_back("sigmoid");
    return steps;
}

void check_network(const KerasNetwork& network, const Architecture& architecture, const std::filesystem::path& file,
                   std::vector<std::string>& notes) {
    const int edge = architecture.patch_size_px;
    if (!network.input_shape.empty() && network.input_shape != std::vector<int>{edge, edge, 3}) {
        const auto& shape = network.input_shape;
        refuse_weights(file, "its pictures have " + std::to_string(shape[1]) + " x " + std::to_string(shape[0]) +
                                 " pixels and " + std::to_string(shape[2]) + " channels, expected " + squared(edge) +
                                 " and 3");
    }
    const auto expected = steps_of(architecture);
    for (std::size_t i = 0; i < std::max(expected.size(), network.steps.size()); ++i) {
        if (i >= network.steps.size() && expected[i] == "sigmoid") {
            notes.emplace_back("The last layer has no sigmoid; its output is taken as the logit.");
            continue;
        }
        const auto has = i < network.steps.size() ? "layer " + network.steps[i].layer + " is " + network.steps[i].what
                                                  : std::string("the network ends");
        const auto wants = i < expected.size() ? expected[i] : std::string("the end");
        if (i >= network.steps.size() || i >= expected.size() || network.steps[i].what != expected[i]) {
            refuse_weights(file, has + " where " + wants + " is expected");
        }
    }
}

HostTensor convolution_kernel(const std::vector<float>& keras, const std::vector<std::int64_t>& shape) {
    const auto height = shape[0], width = shape[1], inputs = shape[2], outputs = shape[3];
    HostTensor kernel{{outputs, inputs, height, width}, std::vector<float>(keras.size())};
    std::size_t to = 0;
    for (std::int64_t o = 0; o < outputs; ++o) {
        for (std::int64_t i = 0; i < inputs; ++i) {
            for (std::int64_t place = 0; place < height * width; ++place) {
                kernel.values[to++] = keras[static_cast<std::size_t>((place * inputs + i) * outputs + o)];
            }
        }
    }
    return kernel;
}

HostTensor dense_kernel(const std::vector<float>& keras, const Target& target) {
    const auto inputs = target.kernel_shape[0], outputs = target.kernel_shape[1];
    HostTensor kernel{{outputs, inputs}, std::vector<float>(keras.size())};
    const std::int64_t channels = target.flattened.empty() ? 1 : target.flattened[0];
    const std::int64_t places = inputs / channels;
    std::size_t to = 0;
    for (std::int64_t o = 0; o < outputs; ++o) {
        for (std::int64_t c = 0; c < channels; ++c) {
            for (std::int64_t place = 0; place < places; ++place) {
                kernel.values[to++] = keras[static_cast<std::size_t>((place * channels + c) * outputs + o)];
            }
        }
    }
    return kernel;
}

/// The one layer whose kernel has that shape.
const KerasLayer& layer_of_shape(const KerasFile& keras, const Target& target, const std::filesystem::path& file) {
    const KerasLayer* found = nullptr;
    for (const auto& layer : keras.layers) {
        if (layer.datasets.size() != 2 || keras.hdf5.shape(layer.datasets[0]) != target.kernel_shape) continue;
        if (found != nullptr) {
            refuse_weights(file, "layers " + found->name + " and " + layer.name + " have the same shape, so which is " +
                                     target.name + " cannot be told");
        }
        found = &layer;
    }
    if (found == nullptr) refuse_weights(file, "has no layer with the shape of " + target.name);
    return *found;
}

/// The layers that are to become the targets. Those of a user's own class are told by their shapes, since their names
/// are free and HDF5 sorts them.
std::vector<const KerasLayer*> layers_for(const KerasFile& keras, const std::vector<Target>& targets,
                                          const std::filesystem::path& file) {
    std::string names;
    for (const auto& layer : keras.layers) names += (names.empty() ? "" : ", ") + layer.name;
    if (keras.layers.size() != targets.size()) {
        refuse_weights(file, "has " + std::to_string(keras.layers.size()) + " layers with weights (" + names +
                                 "), expected " + std::to_string(targets.size()));
    }
    std::vector<const KerasLayer*> layers;
    layers.reserve(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        layers.push_back(keras.unordered ? &layer_of_shape(keras, targets[i], file) : &keras.layers[i]);
    }
    return layers;
}

Weights read_weights(const KerasFile& keras, const std::vector<Target>& targets, const std::filesystem::path& file) {
    const auto layers = layers_for(keras, targets, file);
    Weights weights;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto& target = targets[i];
        const auto& layer = *layers[i];
        if (layer.datasets.size() != 2) {
            refuse_weights(file, "layer " + layer.name + " has " + std::to_string(layer.datasets.size()) +
                                     " tensors, expected a kernel and a bias");
        }
        try {
            const auto kernel = keras.hdf5.floats(layer.datasets[0], target.kernel_shape);
            weights[target.name + ".weight"] =
                target.convolution ? convolution_kernel(kernel, target.kernel_shape) : dense_kernel(kernel, target);
            const auto outputs = target.kernel_shape.back();
            weights[target.name + ".bias"] = {{outputs}, keras.hdf5.floats(layer.datasets[1], {outputs})};
        } catch (const Error& error) {
            refuse_weights(file, "layer " + layer.name + ": " + error.cause(),
                           error.hint().empty() ? kHint : error.hint());
        }
    }
    return weights;
}

void change_input(Weights& weights, double scale, double shift) {
    auto& kernel = weights.at("conv1.weight");
    auto& bias = weights.at("conv1.bias").values;
    const std::size_t each = kernel.values.size() / bias.size();
    for (std::size_t o = 0; o < bias.size(); ++o) {
        double sum = 0;
        for (std::size_t i = o * each; i < (o + 1) * each; ++i) {
            sum += kernel.values[i];
            kernel.values[i] = static_cast<float>(kernel.values[i] * scale);
        }
        bias[o] = static_cast<float>(bias[o] + shift * sum);
    }
}

void settle_input(const KerasFile& keras, const KerasImportOptions& options, KerasImport& result) {
    const bool told = keras.network && keras.network->rescales;
    double scale = options.raw_pixels ? 255 : 1, shift = 0;
    if (told) scale = 255 * keras.network->scale, shift = keras.network->offset;
    if (scale != 1 || shift != 0) change_input(result.weights, scale, shift);
    if (!told && !options.raw_pixels) {
        result.notes.emplace_back(
            "The file does not say how pixels were scaled; x / 255 is taken, as the notebook's generator has it "
            "(--raw-pixels for a network that was trained on 0 to 255).");
    }
}

void swap_classes(Weights& weights) {
    for (const char* name : {"dense2.weight", "dense2.bias"}) {
        for (auto& value : weights.at(name).values) value = -value;
    }
}

ModelConfig config_of(const Architecture& architecture, const KerasFile& keras, const std::filesystem::path& file,
                      const KerasImportOptions& options) {
    auto config = config_for(architecture, options.name.empty() ? file.stem().string() : options.name);
    auto& ours = *config.slidetype;
    ours.input = InputKind::unit;
    const nlohmann::ordered_json training = {{"summary", "imported from Keras; not calibrated"},
                                             {"file", file.filename().string()},
                                             {"file_sha256", keras.sha256},
                                             {"layout", keras.layout},
                                             {"keras_version", keras.keras_version},
                                             {"architecture_checked", keras.network.has_value()},
                                             {"classes_swapped", options.swap_classes}};
    ours.training = training.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return config;
}

}  // namespace

KerasImport import_keras_network(const std::filesystem::path& file, const KerasImportOptions& options) {
    const auto& architecture = find_architecture("seed");
    const auto keras = open_keras_file(file);
    KerasImport result;
    if (keras.network) {
        check_network(*keras.network, architecture, file, result.notes);
    } else if (keras.unordered) {
        result.notes.push_back(
            (keras.own_class.empty()
                 ? std::string("The file holds weights alone, of a network that is a class of its own")
                 : "Its network is a class of its own (" + keras.own_class + ")") +
            ": how its layers are joined and activated is not in the file. Which layer is which was told by the "
            "shapes, "
            "and that they are joined as in the notebook's network is taken from there. Compare its scores with "
            "Keras'.");
    } else {
        result.notes.emplace_back(
            "The file holds weights alone; that layers are joined as in the notebook's network is taken from their "
            "shapes.");
    }
    result.weights = read_weights(keras, targets_of(architecture), file);
    settle_input(keras, options, result);
    if (options.swap_classes) swap_classes(result.weights);
    result.config = config_of(architecture, keras, file, options);
    return result;
}

}  // namespace slidetype
