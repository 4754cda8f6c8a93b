#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/raster.h"
#include "tiler/tiff/tiled_directories.h"

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

/// A directory and where its upper left corner lies on the level, in pixels of the level and parts of them.
struct PlacedDirectory {
    const TiledDirectory* directory = nullptr;
    double x = 0, y = 0;
};

/// For each level the directories that it is put together from, of which OpenSlide fails where tiles are missing: the
/// one of a generic TIFF's level, and those of Leica's areas. `regions`: OpenSlide's openslide.region[i], in level-0
/// pixels. Nothing for levels of which they are not known beyond doubt, and for other vendors.
std::vector<std::vector<PlacedDirectory>> placed_directories(std::span<const TiledDirectory> directories,
                                                             std::string_view vendor,
                                                             std::span<const LevelShape> levels,
                                                             std::span<const Rect> regions);

}  // namespace slidetype
