#pragma once

#include <array>
#include <span>
#include <vector>

#include "plugin/analysis/slide_call.h"

namespace slidetype {

/// Tissue area, mm², of every region in which one class leads: [0] LUAD, [1] LUSC, in raster order of their first tile.
/// A tile belongs to the class on whose side of one half the mean P(LUSC) of its voting neighbours lies (the 3 × 3
/// tiles around it, itself included), so that a lone tile makes no region and no hole; tiles that share an edge and a
/// class are one region. At most one tile per place of the grid.
std::array<std::vector<double>, 2> coherent_regions(std::span<const CallTile> tiles);

}  // namespace slidetype
