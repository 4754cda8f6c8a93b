#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tiler/tiles/tile_grid.h"

namespace slidetype {

/// The tiles of one block, ready to be scored.
struct BlockPixels {
    std::vector<std::size_t> tiles;    ///< grid indices of the tiles that could be read, ascending
    std::vector<std::uint8_t> pixels;  ///< tiles.size() × patch × patch × 3, RGB interleaved (NHWC)
    struct Failure {
        std::size_t tile;
        std::string reason;
    };
    std::vector<Failure> failures;  ///< tiles of the block that could not be read
    double seconds_resample = 0;    ///< of the time that reading the block took
};

/// By how much tiles are shrunk while they are decoded (see shrink_for): 1, 2, 4 or 8.
int shrink_of_tiles(const Slide& slide, const TileGrid& grid);

/// Reads blocks of tiles and brings each tile to the model's patch size (see base/resampling/resample.h). A tile's
/// pixels depend on the slide and its rect alone, not on its block. Thread-safe: threads may share one reader.
class TileReader {
  public:
    /// Keeps references: `slide` and `grid` must outlive the reader.
    TileReader(const Slide& slide, const TileGrid& grid) : slide_(slide), grid_(grid) {}

    /// Never throws for unreadable pixels: where the block cannot be read in one go its tiles are tried one by one, and
    /// those that still fail are in `failures` with the reason.
    BlockPixels read(const TileBlock& block) const;

  private:
    const Slide& slide_;
    const TileGrid& grid_;
};

}  // namespace slidetype
