#pragma once

#include <span>

#include "tiler/tiles/tile_grid.h"

namespace slidetype {

/// A place on a slide, level-0 pixels.
struct TileCentre {
    double x = 0, y = 0;
};

/// Tiles where somebody wants them, in the order in which they are asked for, as a grid of one row: of the size, the
/// level and so the pixels of make_grid()'s, and to be read (status ok). Their tissue is not looked at. They may lie
/// far apart, so make_blocks(grid, 1) reads each for itself. At the slide's left and upper edge they are moved into it.
/// Throws what make_grid() throws, and Error(bad_data) where a centre lies outside of the slide.
TileGrid place_tiles(const Slide& slide, const Spacing& spacing, std::span<const TileCentre> centres,
                     const GridOptions& options);

}  // namespace slidetype
