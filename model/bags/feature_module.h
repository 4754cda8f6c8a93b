#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "model/bags/bag.h"
#include "model/bags/feature_file.h"

namespace slidetype {

/// HDF5 and libzip are loaded when a feature file is first read or written, as for Keras (keras_module.h): only this
/// table stands between them and the program.
struct FeatureModule {
    std::unique_ptr<FeatureWriter> (*open_writer)(const std::filesystem::path& file, FeatureLayout layout,
                                                  FeatureNumbers numbers, std::size_t dimension,
                                                  const BagOrigin& origin);
    Bag (*read)(const std::filesystem::path& file);
    Bag (*read_head)(const std::filesystem::path& file);
};

/// The one symbol of the module, found by name.
extern "C" const FeatureModule* slidetype_feature_module_v1();

}  // namespace slidetype
