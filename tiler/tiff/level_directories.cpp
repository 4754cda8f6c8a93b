#include "tiler/tiff/level_directories.h"

#include <cmath>

namespace slidetype {
namespace {

bool same_tiles(const TiledDirectory& directory, const LevelShape& level) {
    return directory.tile_width == level.tile_width && directory.tile_height == level.tile_height;
}

/// Of Aperio's and generic TIFFs: the one directory of the level's size, null where there are several. Of generic TIFFs
/// only the first directory and reduced ones are levels; others of that size are focal planes or the like.
const TiledDirectory* of_same_size(std::span<const TiledDirectory> directories, const LevelShape& level,
                                   bool main_only) {
    const TiledDirectory* found = nullptr;
    for (const auto& directory : directories) {
        if (directory.width != level.width || directory.height != level.height) continue;
        if (main_only && !directory.main) continue;
        if (found != nullptr) return nullptr;
        found = &directory;
    }
    return found;
}

/// Of Philips' TIFFs the levels are the tiled directories in order. Their sizes are those of whole tiles; OpenSlide
/// knows better from the description, and its are smaller.
const TiledDirectory* of_same_place(std::span<const TiledDirectory> directories, std::span<const LevelShape> levels,
                                    std::size_t index) {
    if (directories.size() != levels.size()) return nullptr;
    const auto& directory = directories[index];
    const bool fits = levels[index].width <= directory.width && levels[index].height <= directory.height;
    return fits ? &directory : nullptr;
}

/// The one directory of this size, to a pixel; null where there are several.
const TiledDirectory* of_about_size(std::span<const TiledDirectory> directories, double width, double height) {
    const TiledDirectory* found = nullptr;
    for (const auto& directory : directories) {
        if (std::abs(static_cast<double>(directory.width) - width) > 1 ||
            std::abs(static_cast<double>(directory.height) - height) > 1)
            continue;
        if (found != nullptr) return nullptr;
        found = &directory;
    }
    return found;
}

/// Leica's levels are as large as the glass; each scanned area lies on them in a directory of its own.
std::vector<PlacedDirectory> of_regions(std::span<const TiledDirectory> directories, std::span<const Rect> regions,
                                        double downsample) {
    std::vector<PlacedDirectory> placed;
    for (const Rect& region : regions) {
        const auto on_level = [downsample](std::int64_t v) { return static_cast<double>(v) / downsample; };
        const auto* directory = of_about_size(directories, on_level(region.width), on_level(region.height));
        if (directory == nullptr) return {};
        placed.push_back({directory, on_level(region.x), on_level(region.y)});
    }
    return placed;
}

}  // namespace

bool has_known_directories(std::string_view vendor) {
    return vendor == "aperio" || vendor == "generic-tiff" || vendor == "philips";
}

std::vector<const TiledDirectory*> directories_of_levels(std::span<const TiledDirectory> directories,
                                                         std::string_view vendor, std::span<const LevelShape> levels) {
    std::vector<const TiledDirectory*> found(levels.size(), nullptr);
    if (!has_known_directories(vendor)) return found;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const auto* directory = vendor == "philips" ? of_same_place(directories, levels, i)
                                                    : of_same_size(directories, levels[i], vendor == "generic-tiff");
        if (directory == nullptr || !same_tiles(*directory, levels[i])) continue;
        found[i] = directory;
    }
    return found;
}

std::vector<std::vector<PlacedDirectory>> placed_directories(std::span<const TiledDirectory> directories,
                                                             std::string_view vendor,
                                                             std::span<const LevelShape> levels,
                                                             std::span<const Rect> regions) {
    std::vector<std::vector<PlacedDirectory>> placed(levels.size());
    if (vendor == "generic-tiff") {
        const auto of_levels = directories_of_levels(directories, vendor, levels);
        for (std::size_t i = 0; i < levels.size(); ++i) {
            if (of_levels[i] != nullptr) placed[i].push_back({of_levels[i]});
        }
    }
    if (vendor == "leica") {
        for (std::size_t i = 0; i < levels.size(); ++i)
            placed[i] = of_regions(directories, regions,
                                   static_cast<double>(levels[0].width) / static_cast<double>(levels[i].width));
    }
    return placed;
}

}  // namespace slidetype
