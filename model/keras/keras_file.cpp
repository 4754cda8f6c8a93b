// The files that Keras writes, told apart by what is in them:
//
//   .keras            zip: config.json, metadata.json {"keras_version"}, model.weights.h5 (next line)
//   *.weights.h5      layers/<class>[_n]/vars/0, 1 …     n counts the layers of a class from 0, which is left out;
//                     Keras 2.12 and some 2.13 say _layer_checkpoint_dependencies for layers; a network that is a class
//                     of its user's has <attribute>/vars/0, 1 … at any depth, by the names that the user gave them
//   .h5 model         attributes model_config, keras_version; model_weights/<layer>/<weight name>
//   .h5 weights       /<layer>/<weight name>
//                     attribute layer_names on the group of layers, weight_names on each layer; weight names are
//                     "conv2d/kernel:0" (Keras 2) or "sequential/conv2d/kernel" (Keras 3)
//
// After keras/src/saving/saving_lib.py (_save_container_state, H5Entry) and keras/src/legacy/saving/legacy_h5_format.py
// of https://github.com/keras-team/keras, and keras/saving/legacy/hdf5_format.py of its 2.x branch.
#include "model/keras/keras_file.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "model/zip/zip_archive.h"

namespace slidetype {
namespace {

using nlohmann::json;

constexpr std::uintmax_t kMaxFile = std::uintmax_t{1} << 30;
constexpr std::uintmax_t kMaxJson = std::uintmax_t{4} << 20;

[[noreturn]] void refuse_keras_file(const std::string& source, const std::string& cause) {
    throw Error(ErrorCode::bad_model, source, cause);
}

/// Layers of the older layout; `root` is "" or "model_weights".
std::vector<KerasLayer> listed_layers(const Hdf5File& hdf5, const std::string& root,
                                      const std::vector<std::string>& names) {
    std::vector<KerasLayer> layers;
    layers.reserve(names.size());
    for (const auto& name : names) {
        const auto group = root.empty() ? name : root + "/" + name;
        const auto weights = hdf5.texts(group, "weight_names");
        if (!weights) refuse_keras_file(hdf5.source(), "layer " + name + " is listed but not there");
        if (weights->empty()) continue;
        KerasLayer layer{name, {}};
        layer.datasets.reserve(weights->size());
        for (const auto& weight : *weights) layer.datasets.push_back(group + "/" + weight);
        layers.push_back(std::move(layer));
    }
    return layers;
}

/// "conv2d_10" after "conv2d_9".
std::pair<std::string, int> natural_key(const std::string& name) {
    const auto underscore = name.rfind('_');
    const auto digits = underscore == std::string::npos ? std::string() : name.substr(underscore + 1);
    const bool number = !digits.empty() && digits.size() < 6 &&
                        std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (!number) return {name, 0};
    return {name.substr(0, underscore), std::stoi(digits)};
}

/// Members of layers/ that hold weights, by name.
std::map<std::string, KerasLayer> stored_layers(const Hdf5File& hdf5, const std::string& root) {
    std::map<std::string, KerasLayer> stored;
    for (const auto& name : hdf5.children(root)) {
        const auto vars = root + "/" + name + "/vars";
        KerasLayer layer{name, {}};
        const auto count = hdf5.children(vars).size();
        layer.datasets.reserve(count);
        for (std::size_t i = 0; i < count; ++i) layer.datasets.push_back(vars + "/" + std::to_string(i));
        if (count > 0) stored.emplace(name, std::move(layer));
    }
    return stored;
}

/// In the order of the network where that is known, else of the names, which count the layers of a class.
std::vector<KerasLayer> counted_layers(const Hdf5File& hdf5, const std::string& root, const KerasNetwork* network) {
    auto stored = stored_layers(hdf5, root);
    std::vector<KerasLayer> layers;
    layers.reserve(stored.size());
    if (stored.empty()) return layers;
    if (network == nullptr) {
        for (auto& [name, layer] : stored) layers.push_back(std::move(layer));
        std::ranges::stable_sort(layers, {}, [](const KerasLayer& layer) { return natural_key(layer.name); });
        return layers;
    }
    std::map<std::string, int> seen;
    for (std::size_t i = 0; i < network->class_names.size(); ++i) {
        auto counted = network->class_names[i];  // Conv2D -> conv2d, conv2d_1 …
        std::ranges::transform(counted, counted.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (const int n = seen[counted]++; n > 0) counted += "_" + std::to_string(n);
        auto found = stored.find(counted);
        if (found == stored.end()) found = stored.find(network->layer_names[i]);
        if (found == stored.end()) {
            refuse_keras_file(hdf5.source(), "layer " + network->layer_names[i] + " has no weights: " + root + "/" +
                                                 counted + " is missing");
        }
        found->second.name = network->layer_names[i];
        layers.push_back(std::move(found->second));
        stored.erase(found);
    }
    if (!stored.empty())
        refuse_keras_file(hdf5.source(), "holds weights of a layer that its network lacks: " + stored.begin()->first);
    return layers;
}

constexpr int kMaxDepth = 16;

/// Whatever holds weights, but for the state of the optimiser and of random numbers.
void gather_layers(const Hdf5File& hdf5, const std::string& group, int depth, std::vector<KerasLayer>& layers) {
    if (depth > kMaxDepth) refuse_keras_file(hdf5.source(), "its groups are nested too deeply");
    for (const auto& name : hdf5.children(group)) {
        if (name == "vars" || name == "seed_generator" || (group.empty() && name == "optimizer")) continue;
        const auto path = group.empty() ? name : group + "/" + name;
        const auto count = hdf5.children(path + "/vars").size();
        KerasLayer layer{path, {}};
        for (std::size_t i = 0; i < count; ++i) layer.datasets.push_back(path + "/vars/" + std::to_string(i));
        if (count > 0) layers.push_back(std::move(layer));
        gather_layers(hdf5, path, depth + 1, layers);
    }
}

void take_network(KerasFile& file, KerasNetwork network) {
    if (network.own_class.empty()) {
        file.network = std::move(network);
    } else {
        file.own_class = network.own_class;
    }
}

void locate_layers(KerasFile& file) {
    const auto* network = file.network ? &*file.network : nullptr;
    for (const std::string root : {"layers", "_layer_checkpoint_dependencies"}) {
        file.layers = counted_layers(file.hdf5, root, network);
        if (!file.layers.empty()) return;
    }
    for (const std::string root : {"model_weights", ""}) {
        const auto names = file.hdf5.texts(root, "layer_names");
        if (!names) continue;
        file.layers = listed_layers(file.hdf5, root, *names);
        return;
    }
    gather_layers(file.hdf5, "", 0, file.layers);
    file.unordered = !file.layers.empty();
    if (file.unordered) return;
    throw Error(ErrorCode::bad_model, file.hdf5.source(), "is a HDF5 file, but holds no Keras layers",
                "Save the network with model.save(\"name.keras\") or model.save_weights(\"name.weights.h5\").");
}

KerasFile open_archive(const std::filesystem::path& path) {
    const auto source = path.string();
    const ZipArchive archive(path, ErrorCode::bad_model);
    const auto config = archive.read("config.json", kMaxJson);
    if (!config) refuse_keras_file(source, "is a zip archive, but no Keras model: it holds no config.json");
    const auto weights = archive.read("model.weights.h5", kMaxFile);
    if (!weights) {
        throw Error(ErrorCode::bad_model, source, "holds no model.weights.h5",
                    "Weights in several shards are not read; save with model.save(\"name.keras\").");
    }
    auto network = parse_keras_network(*config, source);
    KerasFile file{"Keras archive", "", std::nullopt, Hdf5File(*weights, source), {}, "", "", false};
    take_network(file, std::move(network));
    if (const auto metadata = archive.read("metadata.json", kMaxJson)) {
        const auto parsed = json::parse(*metadata, nullptr, false);
        if (parsed.is_object() && parsed.contains("keras_version") && parsed["keras_version"].is_string()) {
            file.keras_version = parsed["keras_version"].get<std::string>();
        }
    }
    return file;
}

KerasFile open_hdf5(const std::string& bytes, const std::string& source) {
    KerasFile file{"Keras HDF5 weights", "", std::nullopt, Hdf5File(bytes, source), {}, "", "", false};
    if (const auto config = file.hdf5.text("", "model_config")) {
        file.layout = "Keras HDF5 model";
        take_network(file, parse_keras_network(*config, source));
    }
    for (const std::string group : {"", "model_weights"}) {
        if (const auto version = file.hdf5.text(group, "keras_version")) file.keras_version = *version;
    }
    return file;
}

}  // namespace

KerasFile open_keras_file(const std::filesystem::path& path) {
    const auto bytes = read_file(path, kMaxFile);
    const bool zip = bytes.starts_with("PK\x03\x04"), hdf5 = bytes.starts_with("\x89HDF\r\n\x1a\n");
    if (!zip && !hdf5) {
        throw Error(ErrorCode::bad_model, path.string(), "is neither a .keras archive nor a HDF5 file",
                    "Save the network with model.save(\"name.keras\") or model.save(\"name.h5\").");
    }
    auto file = zip ? open_archive(path) : open_hdf5(bytes, path.string());
    file.sha256 = sha256_hex(bytes);
    locate_layers(file);
    return file;
}

}  // namespace slidetype
