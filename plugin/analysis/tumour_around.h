#pragma once

#include <span>
#include <vector>

#include "tiler/tiles/tile_grid.h"

namespace slidetype {

/// For each tile of the grid, the mean P(tumour) of those of its four neighbours that were scored, whether they vote or
/// not; 1 where none was, or where there is no gate (`tumour` is empty). NaN in `tumour`: not scored. Glass beside a
/// tile says nothing against it.
std::vector<float> tumour_around(const TileGrid& grid, std::span<const float> tumour);

}  // namespace slidetype
