#include "plugin/analysis/slide_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plugin/analysis/call_reason.h"
#include "plugin/analysis/coherent_regions.h"

namespace slidetype {
namespace {

/// Tumour of LUAD and of LUSC in regions that are large and clear enough to count.
std::array<double, 2> coherent_area(std::span<const CallTile> tiles, const CallThresholds& limits) {
    std::array<double, 2> sums{};
    const auto regions = coherent_regions(tiles, limits.vote);
    for (std::size_t c = 0; c < sums.size(); ++c) {
        for (const auto& region : regions[c]) {
            const double certainty = c == 1 ? region.prob_lusc : 1 - region.prob_lusc;
            if (region.tumour_mm2 >= limits.mixed_region_mm2 && certainty >= limits.mixed_certainty)
                sums[c] += region.tumour_mm2;
        }
    }
    return sums;
}

bool is_insufficient(const SlideCall& call, const CallThresholds& limits, const SetAside& set_aside) {
    const double familiar = call.voting_area_mm2 + set_aside.benign.mm2;
    return !call.prob_lusc || call.tumour_area_mm2 < limits.min_area_mm2 ||
           call.tumour_area_mm2 < limits.min_tumour_share * familiar;
}

/// Whether both classes cover a good part of the tumour with regions of their own.
bool is_mixed(const SlideCall& call, const CallThresholds& limits) {
    const double least = std::min(call.coherent_mm2[0], call.coherent_mm2[1]);
    return least > 0 && least >= limits.mixed_share * call.tumour_area_mm2;
}

CallLabel decide(const SlideCall& call, const CallThresholds& limits, const SetAside& set_aside) {
    if (call.mostly_unfamiliar()) return CallLabel::indeterminate;
    if (is_insufficient(call, limits, set_aside)) return CallLabel::insufficient;
    if (is_mixed(call, limits)) return CallLabel::mixed;
    if (!call.ci95) return CallLabel::indeterminate;
    const auto [low, high] = *call.ci95;
    return low > 0.5 ? CallLabel::lusc : high < 0.5 ? CallLabel::luad : CallLabel::indeterminate;
}

}  // namespace

std::string_view to_string(CallLabel label) {
    switch (label) {
        case CallLabel::luad:
            return "LUAD";
        case CallLabel::lusc:
            return "LUSC";
        case CallLabel::indeterminate:
            return "indeterminate";
        case CallLabel::insufficient:
            return "insufficient";
        case CallLabel::mixed:
            return "mixed";
        case CallLabel::none:
            break;
    }
    return "none";
}

std::string_view to_string(PatientCall how) {
    return how == PatientCall::one_bag ? "one-bag" : "mean-of-slides";
}

std::string probability_text(double probability) {
    for (int decimals = 2; decimals < 6; ++decimals) {
        const double unit = std::pow(10.0, decimals);
        if (probability == 0.5 || std::round(probability * unit) != unit / 2) {
            return fmt::format("{:.{}f}", probability, decimals);
        }
    }
    return fmt::format("{:.6f}", probability);
}

SlideCall call_slide(std::span<const CallTile> tiles, const CallOptions& options, const SetAside& set_aside) {
    SlideCall call;
    if (const auto vote = count_votes(tiles, options)) {
        call.prob_lusc = vote->prob_lusc;
        call.ci95 = vote->ci95;
        call.vote_mean = vote->mean_prob_lusc;
        call.border_share = vote->border_share;
        call.tumour_area_mm2 = vote->tumour_mm2;
    }
    for (const CallTile& tile : tiles) call.voting_area_mm2 += tile.tissue_mm2;
    call.coherent_mm2 = coherent_area(tiles, options.thresholds);
    call.scored_area_mm2 = call.voting_area_mm2 + set_aside.benign.mm2 + set_aside.unfamiliar.mm2;
    const std::size_t scored = tiles.size() + set_aside.benign.count + set_aside.unfamiliar.count;
    if (scored > 0)
        call.unfamiliar_share = static_cast<double>(set_aside.unfamiliar.count) / static_cast<double>(scored);
    judge_votes(call, scored, options, set_aside);
    return call;
}

void judge_votes(SlideCall& call, std::size_t scored_tiles, const CallOptions& options, const SetAside& set_aside) {
    call.label = decide(call, options.thresholds, set_aside);
    call.reason = reason_of(call, scored_tiles, options, set_aside);
}

}  // namespace slidetype
