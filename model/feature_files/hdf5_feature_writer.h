#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "model/bags/feature_file.h"

namespace slidetype {

/// As open_feature_writer().
std::unique_ptr<FeatureWriter> open_hdf5_feature_writer(const std::filesystem::path& file, FeatureLayout layout,
                                                        FeatureNumbers numbers, std::size_t dimension,
                                                        const BagOrigin& origin);

}  // namespace slidetype
