#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/network/model_directory.h"

namespace slidetype {

struct KerasImportOptions {
    std::string name;  ///< of the model; by default the file's
    bool swap_classes =
        false;                ///< the network gives P(LUAD): its directories were in another order than the alphabet's
    bool raw_pixels = false;  ///< it was trained on 0 … 255 and has no Rescaling layer that would say so
};

/// A Keras network as one of ours, ready for write_model_directory().
struct KerasImport {
    ModelConfig config;
    Weights weights;
    std::vector<std::string> notes;  ///< what had to be assumed, in sentences
};

/// Reads the network of the original notebook, trained by its user with Keras, as architecture "seed": `.keras` and
/// `.h5` files, models or weights alone, of Keras 2 and 3. The file is not trusted. A sigmoid gives P(second class),
/// and Keras numbers class folders by the alphabet, so that lung_aca (LUAD) is 0 and lung_scc (LUSC) is 1, as here.
/// Throws Error(not_found | io | bad_model), naming the layer that differs, and Error(unsupported) where this build
/// has no HDF5 or zip library.
KerasImport import_keras(const std::filesystem::path& file, const KerasImportOptions& options);

/// The versions of HDF5 and libzip, which Keras files are read with, such as "HDF5 1.10.8, libzip 1.7.3"; empty where
/// this build cannot. Loads the module; throws Error(unsupported) where that is not installed.
std::string keras_library_versions();

}  // namespace slidetype
