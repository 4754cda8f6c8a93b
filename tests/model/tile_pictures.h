#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/raster.h"
#include "model/data/dataset.h"
#include "model/network/model_directory.h"

namespace slidetype::testing {

/// A noisy picture of stripes: across for label 0, upright for label 1. Something that a convolution learns at once and
/// that colour tells nothing about.
RgbImage striped_picture(int edge_px, int label, unsigned seed);

/// Noise around one grey: no stripes.
RgbImage flat_picture(int edge_px, unsigned seed);
/// Writes `count` flat pictures as PNG files.
void write_flat_pictures(const std::filesystem::path& folder, int edge_px, int count);

/// Writes `per_class` striped pictures as PNG files below folder/LUAD and folder/LUSC.
void write_striped_folders(const std::filesystem::path& folder, int edge_px, int per_class);

/// A model directory with random weights of the given architecture; `seed` tells models apart.
ModelDirectory write_random_model(const std::filesystem::path& folder, const std::string& architecture, unsigned seed,
                                  double temperature = 1);

/// `count` tiles of noise, NHWC.
std::vector<std::uint8_t> noise_tiles(std::size_t count, int edge_px, unsigned seed);

}  // namespace slidetype::testing
