#include "tiler/level_directories.h"

namespace slidetype {
namespace {

bool same_tiles(const TiledDirectory& directory, const LevelShape& level) {
    return directory.tile_width == level.tile_width && directory.tile_height == level.tile_height;
}

/// Of Aperio's and generic TIFFs: the one directory of the level's size, null where there are several.
const TiledDirectory* of_same_size(std::span<const TiledDirectory> directories, const LevelShape& level) {
    const TiledDirectory* found = nullptr;
    for (const auto& directory : directories) {
        if (directory.width != level.width || directory.height != level.height) continue;
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

}  // namespace

bool has_known_directories(std::string_view vendor) {
    return vendor == "aperio" || vendor == "generic-tiff" || vendor == "philips";
}

std::vector<const TiledDirectory*> directories_of_levels(std::span<const TiledDirectory> directories,
                                                         std::string_view vendor, std::span<const LevelShape> levels) {
    std::vector<const TiledDirectory*> found(levels.size(), nullptr);
    if (!has_known_directories(vendor)) return found;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const auto* directory =
            vendor == "philips" ? of_same_place(directories, levels, i) : of_same_size(directories, levels[i]);
        if (directory == nullptr || !same_tiles(*directory, levels[i])) continue;
        if (vendor == "generic-tiff" && !directory->main) continue;
        found[i] = directory;
    }
    return found;
}

}  // namespace slidetype
