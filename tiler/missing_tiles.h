#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/raster.h"
#include "tiler/level_directories.h"

namespace slidetype {

/// Which tiles of a generic TIFF are not in the file. Writers leave out tiles of glass; OpenSlide fails on them. (Those
/// of Aperio and Philips it knows, and draws itself.) Immutable: threads may share it.
class MissingTiles {
  public:
    /// None at all.
    MissingTiles() = default;
    /// `directories`: as directories_of_levels gives them, of the same levels.
    MissingTiles(std::span<const TiledDirectory* const> directories, std::string_view vendor,
                 std::span<const LevelShape> levels);

    /// Whether the level misses a tile.
    bool any(int level) const { return level_of(level) != nullptr; }
    /// Whether a missing tile has a pixel in `rect` (pixels of the level).
    bool touch(int level, const Rect& rect) const;
    /// The missing tiles that have a pixel in `rect`, as rectangles within the level.
    std::vector<Rect> within(int level, const Rect& rect) const;
    /// `rect` cut into what is in the file: the parts of tiles that are there, as rectangles within the level.
    std::vector<Rect> present(int level, const Rect& rect) const;
    /// Whether the missing tiles with a pixel in `rect` are missing on all finer levels, too: then they are background.
    /// Else what they show is known, from the next finer level. True on the finest level.
    bool are_background(int level, const Rect& rect) const;
    /// The tile with this pixel, as far as it lies in the level, which misses one.
    Rect tile_at(int level, std::int64_t x, std::int64_t y) const;
    /// All tiles with a pixel in `rect`, as far as they lie in the level; nothing where it misses none.
    Rect whole_tiles(int level, const Rect& rect) const;

  private:
    struct Level {
        LevelShape shape;
        std::int64_t columns = 0;
        std::vector<bool> missing;  ///< row by row; empty where all tiles are there
    };
    const Level* level_of(int level) const;
    bool nothing_above(int level, const Rect& tile) const;
    template <class Visit>
    void visit(int level, const Rect& rect, Visit visit) const;

    std::vector<Level> levels_;
};

}  // namespace slidetype
