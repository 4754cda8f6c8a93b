#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "plugin/analysis/slide_vote.h"

namespace slidetype {

/// Tiles that touch and in which one class leads.
struct CoherentRegion {
    double tumour_mm2 = 0;  ///< tissue, each tile's counted by its certainty
    double prob_lusc = 0;   ///< of the region, made as that of a slide
};

/// Every region of [0] LUAD and [1] LUSC, in raster order of their first tile. A tile belongs to the class on whose
/// side of one half P(LUSC) of its voting neighbours lies (the 3 × 3 tiles around it, itself included, each weighing
/// its certainty), so that a lone tile makes no region and no hole; tiles that share an edge and a class are one
/// region. At most one tile per place of the grid.
std::array<std::vector<CoherentRegion>, 2> coherent_regions(
    std::span<const CallTile> tiles, const std::optional<VoteCalibration>& calibration = std::nullopt);

}  // namespace slidetype
