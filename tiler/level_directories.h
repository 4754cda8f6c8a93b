#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tiler/tiled_directories.h"

namespace slidetype {

/// A level as OpenSlide tells it, in pixels of the level; tile sizes are 0 where it gives none.
struct LevelShape {
    std::int64_t width = 0, height = 0, tile_width = 0, tile_height = 0;
};

/// Whether it is known of slides of OpenSlide's `vendor` which directory is which level: of Aperio's, Philips' and
/// generic TIFFs.
bool has_known_directories(std::string_view vendor);

/// For each level the directory that it is read from, null where several can be meant, or none. All are
/// null for vendors of which that is not known. They point into `directories`.
std::vector<const TiledDirectory*> directories_of_levels(std::span<const TiledDirectory> directories,
                                                         std::string_view vendor, std::span<const LevelShape> levels);

}  // namespace slidetype
