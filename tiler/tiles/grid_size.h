#pragma once

#include "tiler/tiles/tile_grid.h"

namespace slidetype {

/// A grid of which only the size of its tiles and the level are known that they are read from. Throws
/// Error(too_coarse) where the slide's finest level is coarser than twice the model's spacing, Error(usage) for options
/// out of range, Error(bad_spacing).
TileGrid grid_without_tiles(const Slide& slide, const Spacing& spacing, const GridOptions& options);

}  // namespace slidetype
