#include "plugin/analysis/call_result.h"

#include <span>
#include <utility>
#include <vector>

#include "plugin/analysis/tumour_around.h"

namespace slidetype {
namespace {

/// Area that one tile stands for; with overlap only its own share of the grid.
double tile_area_mm2(const TileGrid& grid, const Spacing& spacing) {
    const double own = (1 - grid.overlap) * (1 - grid.overlap);
    return grid.tile_width * spacing.x_um_px * grid.tile_height * spacing.y_um_px * own / 1e6;
}

std::vector<double> mean_of_columns(const SlideResult& result) {
    std::vector<double> sums(result.classes(), 0.0);
    std::size_t voting = 0;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (!result.voted_class(t)) continue;
        ++voting;
        for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += static_cast<double>(result.probability(t, c));
    }
    if (voting == 0) return {};
    for (auto& sum : sums) sum /= static_cast<double>(voting);
    return sums;
}

}  // namespace

SlideVotes votes_of(const SlideResult& result, bool gate) {
    const double area = tile_area_mm2(result.grid, result.slide.spacing);
    const auto lusc = lusc_column(result.model.class_names);
    const bool weighed = gate && !result.tumour.empty();
    const auto around =
        tumour_around(result.grid, weighed ? std::span<const float>(result.tumour) : std::span<const float>());
    SlideVotes votes;
    votes.class_areas_mm2.assign(result.classes(), 0.0);
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const auto& tile = result.grid.tiles[t];
        const double tissue = area * static_cast<double>(tile.tissue_fraction);
        if (tile.status == TileStatus::benign) votes.set_aside.benign.add(tissue);
        if (tile.status == TileStatus::unfamiliar) votes.set_aside.unfamiliar.add(tissue);
        const auto vote = result.voted_class(t);
        if (!vote) continue;
        votes.class_areas_mm2[*vote] += tissue;
        votes.voting_mm2 += tissue;
        if (lusc) {
            votes.tiles.push_back({tile.column, tile.row, tissue, result.probability(t, *lusc),
                                   weighed ? result.tumour[t] : 1.0F, around[t]});
        }
    }
    return votes;
}

void call_result(SlideResult& result, const CallOptions& options, bool gate) {
    auto votes = votes_of(result, gate);
    result.set_aside = votes.set_aside;
    result.class_areas_mm2 = std::move(votes.class_areas_mm2);
    if (lusc_column(result.model.class_names)) {
        result.call = call_slide(votes.tiles, options, result.set_aside);
    } else {
        result.call.label = CallLabel::none;
        result.call.reason = "The classes of this model are not LUAD and LUSC, so no subtype call is made.";
        result.call.voting_area_mm2 = result.call.tumour_area_mm2 = votes.voting_mm2;
        result.call.scored_area_mm2 = votes.voting_mm2 + result.set_aside.benign.mm2 + result.set_aside.unfamiliar.mm2;
    }
    result.call.mean_probabilities = mean_of_columns(result);
    result.thresholds = options.thresholds;
}

}  // namespace slidetype
