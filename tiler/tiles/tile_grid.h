#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tiler/annotations/region_of_interest.h"
#include "tiler/slides/slide.h"
#include "tiler/tiles/tissue_mask.h"

namespace slidetype {

/// What became of a tile. The name goes into tiles.csv and summary.json.
enum class TileStatus : std::uint8_t {
    ok,           ///< to be scored, or scored
    background,   ///< too little tissue
    outside_roi,  ///< its centre is outside the region of interest
    read_error,   ///< the slide could not be read there; the reason is kept with the tile
    benign,       ///< scored, and does not look like tumour: it does not vote
    unfamiliar,   ///< scored, and unlike what the model was trained on: it does not vote
};
inline constexpr int kTileStatusCount = 6;
std::string_view to_string(TileStatus status);

/// One square of the grid.
struct Tile {
    int column = 0, row = 0;
    Rect rect;                  ///< level-0 pixels; may reach beyond the slide's right and lower edge (read as white)
    float tissue_fraction = 0;  ///< 0 … 1 of the rect
    TileStatus status = TileStatus::ok;
};

struct GridOptions {
    int patch_size_px = 0;     ///< the model's input edge
    double spacing_um_px = 0;  ///< the model's spacing
    double overlap = 0;        ///< share of a tile's edge that it has in common with the next, 0 … 0.9
    double min_tissue = 0.5;   ///< tiles with a smaller tissue fraction are background
};

/// All tiles of a slide in raster order (row by row): tile k is at column k % columns, row k / columns.
/// Without overlap neighbours share their edges exactly, so the rects partition the slide.
struct TileGrid {
    int columns = 0, rows = 0;
    int patch_size_px = 0;
    double tile_width = 0, tile_height = 0;  ///< unrounded size of a tile in level-0 pixels
    double overlap = 0;
    int level = 0;  ///< the level that tiles are read from
    std::vector<Tile> tiles;
};

/// Lays the grid over the whole slide and decides each tile's status from the mask and, if given, the region of
/// interest (a tile belongs to it when its centre is inside). Throws Error(too_coarse) where the slide's finest level
/// is coarser than twice the model's spacing, Error(usage) for options out of range.
TileGrid make_grid(const Slide& slide, const Spacing& spacing, const TissueMask& mask,
                   const RegionOfInterest* region_of_interest, const GridOptions& options);

/// Neighbouring tiles with status ok that are read in one go. Blocks never depend on the number of threads.
struct TileBlock {
    std::vector<std::size_t> tiles;  ///< indices into the grid, ascending
    Rect rect;                       ///< level-0 pixels: the smallest rectangle around these tiles
};

/// Groups the ok tiles into blocks of at most `edge` × `edge` grid cells, in raster order of blocks; empty ones are
/// left out.
std::vector<TileBlock> make_blocks(const TileGrid& grid, int edge = 4);
/// The first or the last of these, at most `most`, in the same order, without laying out the others.
std::vector<TileBlock> first_blocks(const TileGrid& grid, std::size_t most, int edge = 4);
std::vector<TileBlock> last_blocks(const TileGrid& grid, std::size_t most, int edge = 4);

}  // namespace slidetype
