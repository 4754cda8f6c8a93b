#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/hdf5/hdf5_file.h"

namespace slidetype {

/// A layer of a Keras model as config.json describes it.
struct KerasStep {
    std::string layer;  ///< its name
    std::string what;   ///< what it computes, such as "Conv2D 32 filters 3 x 3, stride 1, padding valid" or "relu"
};

/// What a Keras file says of its network. Layers that do nothing at inference (dropout, augmentation) are left out.
struct KerasNetwork {
    std::vector<KerasStep> steps;
    std::vector<std::string> class_names;  ///< Keras' class of each layer with weights, in the order of the layers
    std::vector<std::string> layer_names;  ///< and its name
    std::vector<int> input_shape;          ///< height, width, channels; empty where not told
    bool rescales = false;                 ///< begins with Rescaling: x · scale + offset
    double scale = 1, offset = 0;
    std::string own_class;  ///< name of the user's class where that is what the network is: the rest is empty then
};

/// Parses the architecture of a Keras model (Sequential or a functional chain). Throws Error(bad_model).
KerasNetwork parse_keras_network(const std::string& json, const std::string& source);

/// Where a layer's tensors lie in the HDF5 file: kernel, bias.
struct KerasLayer {
    std::string name;
    std::vector<std::string> datasets;
};

/// A Keras file, opened and understood as far as its container goes.
struct KerasFile {
    std::string layout;                   ///< in words, such as "Keras 3 archive"
    std::string keras_version;            ///< empty where not told
    std::optional<KerasNetwork> network;  ///< absent in files that hold weights alone
    Hdf5File hdf5;
    std::vector<KerasLayer> layers;  ///< those with weights, in the order of the network
    std::string sha256;              ///< of the whole file
    std::string own_class;           ///< of a network that is a class of its user's, where the file names it
    bool unordered = false;          ///< `layers` are those of such a network, in any order
};

/// Opens a `.keras` archive, a `.h5` model or a `.h5` weights file. Throws Error(not_found | io | bad_model).
KerasFile open_keras_file(const std::filesystem::path& file);

}  // namespace slidetype
