#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/raster.h"
#include "tiler/tiff/level_directories.h"

namespace slidetype {

/// Which tiles of a generic TIFF, or of Leica's, are not in the file. Writers leave out tiles of glass; OpenSlide fails
/// on them. (Those of Aperio and Philips it knows, and draws itself.) Immutable: threads may share it.
class MissingTiles {
  public:
    /// None at all.
    MissingTiles() = default;
    /// `placed`: as placed_directories gives them, of the same levels.
    MissingTiles(std::span<const std::vector<PlacedDirectory>> placed, std::span<const LevelShape> levels);

    /// Whether a missing tile has a pixel in `rect` (pixels of the level).
    bool touch(int level, const Rect& rect) const;
    /// The missing tiles that have a pixel in `rect`, as rectangles within the level.
    std::vector<Rect> within(int level, const Rect& rect) const;
    /// `rect` cut into what is in the file: the parts of tiles that are there, as rectangles within the level.
    std::vector<Rect> present(int level, const Rect& rect) const;
    /// Whether the missing tiles with a pixel in `rect` are missing on all finer levels, too: then they are background.
    /// Else what they show is known, from the next finer level. True on the finest level.
    bool are_background(int level, const Rect& rect) const;
    /// The tile with this pixel, as far as it lies in the level, which misses one; empty where there is none.
    Rect tile_at(int level, std::int64_t x, std::int64_t y) const;
    /// `rect` and all tiles with a pixel in it, as far as they lie in the level; nothing where it misses none.
    Rect whole_tiles(int level, const Rect& rect) const;
    /// Whether tiles begin between pixels of the level.
    bool between_pixels(int level) const;

    /// Of all tiles of the level.
    struct Count {
        std::size_t missing = 0, all = 0;
    };
    Count count(int level) const;

  private:
    /// The tiles of one directory. Those that begin between pixels have the pixels whose corners lie in them.
    struct Grid {
        double x = 0, y = 0;
        std::int64_t tile_width = 0, tile_height = 0, columns = 0, rows = 0;
        std::vector<bool> missing;  ///< row by row
        Rect tile(std::int64_t column, std::int64_t row) const;
    };
    struct Level {
        LevelShape shape;
        std::vector<Grid> grids;  ///< none where all tiles are there
    };
    const Level* level_of(int level) const;
    bool nothing_above(int level, const Rect& tile) const;
    template <class Visit>
    void visit(int level, const Rect& rect, Visit visit) const;

    std::vector<Level> levels_;
};

}  // namespace slidetype
