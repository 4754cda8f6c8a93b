#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tiler/annotations/polygon.h"
#include "tiler/tiles/tile_grid.h"

namespace slidetype {

/// Where the cells of a grid begin and end, level-0 pixels: cell (column, row) is [x[column], x[column + 1]) ×
/// [y[row], y[row + 1]). Without overlap a cell is its tile; with overlap it is the tile's middle, so that cells always
/// partition the plane.
struct CellLines {
    std::vector<std::int64_t> x, y;
    Rect cell(int column, int row) const;
};
CellLines cell_lines(const TileGrid& grid);

/// The class of a tile that belongs to no region.
inline constexpr int kNoClass = -1;

/// The union of the cells whose entry in `classes` (one per tile of the grid) equals `wanted`, as valid polygons in
/// level-0 pixels: parts are connected by edges and meet, if at all, at corners only; rings are open, touch themselves
/// nowhere and have no needless vertices; outer rings go down first, holes the other way. In raster order of their
/// first cell. Time and memory grow linearly with the number of tiles.
std::vector<Polygon> merge_cells(const TileGrid& grid, std::span<const int> classes, int wanted);

}  // namespace slidetype
