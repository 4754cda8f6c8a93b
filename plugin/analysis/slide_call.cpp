#include "plugin/analysis/slide_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include "base/random.h"
#include "plugin/analysis/coherent_regions.h"

namespace slidetype {
namespace {

/// What a spatial block contributes to a mean over tiles.
struct Block {
    double sum = 0;
    double tiles = 0;
};

/// Blocks in the order of their place, so that the order does not hang on a hash function.
std::vector<Block> make_call_blocks(std::span<const CallTile> tiles, int edge) {
    std::map<std::pair<int, int>, Block> blocks;
    for (const CallTile& tile : tiles) {
        Block& block = blocks[{tile.row / edge, tile.column / edge}];
        block.sum += static_cast<double>(tile.prob_lusc);
        block.tiles += 1;
    }
    std::vector<Block> list;
    list.reserve(blocks.size());
    for (const auto& [place, block] : blocks) list.push_back(block);
    return list;
}

/// The quantile of sorted values, linear between neighbours.
double quantile(const std::vector<double>& sorted, double q) {
    const double place = q * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// A block of LUAD and one of LUSC that nobody has seen, of half the mean size.
std::vector<Block> with_unseen_blocks(std::vector<Block> blocks, const Block& all) {
    const double tiles = 0.5 * all.tiles / static_cast<double>(blocks.size());
    blocks.push_back({0, tiles});
    blocks.push_back({tiles, tiles});
    return blocks;
}

std::array<double, 2> bootstrap_interval(const std::vector<Block>& seen, const Block& all, const CallOptions& options) {
    const auto blocks = with_unseen_blocks(seen, all);
    Random random(options.seed);
    const auto n = static_cast<double>(blocks.size());
    const double widening = std::sqrt(n / (n - 1));
    const double center = (all.sum + blocks.back().sum) / (all.tiles + 2 * blocks.back().tiles);
    std::vector<double> means(static_cast<std::size_t>(options.bootstrap_rounds));
    for (double& value : means) {
        Block drawn;
        for (std::size_t k = 0; k < blocks.size(); ++k) {
            const Block& block = blocks[random.below_by_integers(blocks.size())];
            drawn.sum += block.sum;
            drawn.tiles += block.tiles;
        }
        value = center + widening * (drawn.sum / drawn.tiles - center);
    }
    std::sort(means.begin(), means.end());
    const double mean = all.sum / all.tiles;
    return {std::clamp(quantile(means, 0.025), 0.0, mean), std::clamp(quantile(means, 0.975), mean, 1.0)};
}

/// Rounded down, so that an area below the limit never reads as the limit.
std::string area_text(double mm2) {
    return fmt::format("{:g}", std::floor(mm2 * 1000 + 1e-9) / 1000);
}

std::string unfamiliar_reason(std::size_t scored_tiles, const SetAside& set_aside) {
    const double percent = 100.0 * static_cast<double>(set_aside.unfamiliar.count) / static_cast<double>(scored_tiles);
    return fmt::format(
        "{} of {} scored tiles ({:.1f} %) look unlike anything that the model was trained on, so no subtype call is "
        "made.",
        set_aside.unfamiliar.count, scored_tiles, percent);
}

std::string insufficient_reason(const SlideCall& call, const CallOptions& options, const SetAside& set_aside) {
    if (!call.prob_lusc && set_aside.benign.count == 0) return "No tile could be scored.";
    const std::string voting = area_text(call.voting_area_mm2), needed = area_text(options.thresholds.min_area_mm2);
    if (set_aside.benign.count > 0) {
        const std::string familiar = area_text(call.voting_area_mm2 + set_aside.benign.mm2);
        if (call.prob_lusc && call.voting_area_mm2 >= options.thresholds.min_area_mm2) {
            return fmt::format(
                "Only {} of {} mm² of tissue ({:.1f} %) looks like tumour; a call needs at least {:g} %, because a few "
                "tiles of benign tissue are always taken for tumour.",
                voting, familiar, 100 * call.voting_area_mm2 / (call.voting_area_mm2 + set_aside.benign.mm2),
                100 * options.thresholds.min_tumour_share);
        }
        if (!call.prob_lusc) return fmt::format("None of {} mm² of tissue looks like tumour.", familiar);
        return fmt::format("Only {} of {} mm² of tissue looks like tumour; a call needs at least {} mm².", voting,
                           familiar, needed);
    }
    return fmt::format("Only {} mm² of tissue {}; a call needs at least {} mm².", voting,
                       set_aside.unfamiliar.count > 0 ? "looks familiar to the model" : "was scored", needed);
}

/// What the vote leaves out, as sentences behind the reason; nothing where every scored tile votes.
std::string set_aside_remark(const SlideCall& call, const SetAside& set_aside) {
    std::string remark;
    if (set_aside.benign.count > 0 && call.label != CallLabel::insufficient) {
        remark += fmt::format(" {} of {} mm² of tissue looks like tumour.", area_text(call.voting_area_mm2),
                              area_text(call.voting_area_mm2 + set_aside.benign.mm2));
    }
    if (set_aside.unfamiliar.count > 0) {
        remark += fmt::format(" Another {} mm² is unfamiliar to the model and left out.",
                              area_text(set_aside.unfamiliar.mm2));
    }
    return remark;
}

/// Tissue of LUAD and of LUSC in regions of at least `least_mm2`.
std::array<double, 2> coherent_area(std::span<const CallTile> tiles, double least_mm2) {
    std::array<double, 2> sums{};
    const auto regions = coherent_regions(tiles);
    for (std::size_t c = 0; c < sums.size(); ++c) {
        for (const double area : regions[c]) sums[c] += area >= least_mm2 ? area : 0;
    }
    return sums;
}

bool is_insufficient(const SlideCall& call, const CallThresholds& limits, const SetAside& set_aside) {
    const double familiar = call.voting_area_mm2 + set_aside.benign.mm2;
    return !call.prob_lusc || call.voting_area_mm2 < limits.min_area_mm2 ||
           call.voting_area_mm2 < limits.min_tumour_share * familiar;
}

/// Whether both classes cover a good part of the voting tissue with regions of their own.
bool is_mixed(const SlideCall& call, const CallThresholds& limits) {
    const double least = std::min(call.coherent_mm2[0], call.coherent_mm2[1]);
    return least > 0 && least >= limits.mixed_share * call.voting_area_mm2;
}

std::string mixed_reason(const SlideCall& call) {
    const auto percent = [&](double mm2) { return 100 * mm2 / call.voting_area_mm2; };
    return fmt::format("Both classes form regions of their own: LUAD {} mm² ({:.0f} %) and LUSC {} mm² ({:.0f} %).",
                       area_text(call.coherent_mm2[0]), percent(call.coherent_mm2[0]), area_text(call.coherent_mm2[1]),
                       percent(call.coherent_mm2[1]));
}

void decide_by_vote(SlideCall& call, const CallOptions& options, const SetAside& set_aside) {
    if (is_insufficient(call, options.thresholds, set_aside)) {
        call.label = CallLabel::insufficient;
        call.reason = insufficient_reason(call, options, set_aside);
        return;
    }
    if (is_mixed(call, options.thresholds)) {
        call.label = CallLabel::mixed;
        call.reason = mixed_reason(call);
        return;
    }
    if (!call.ci95) {
        call.label = CallLabel::indeterminate;
        call.reason = fmt::format(
            "The mean P(LUSC) is {}, but all {} tiles lie in one block of {} by {} tiles, too small a field to say "
            "how far it varies.",
            probability_text(*call.prob_lusc), set_aside.benign.count > 0 ? "tumour" : "scored",
            options.block_edge_tiles, options.block_edge_tiles);
        return;
    }
    const auto [low, high] = *call.ci95;
    const std::string interval =
        fmt::format("The 95 % interval of the mean P(LUSC), {}–{}, ", probability_text(low), probability_text(high));
    call.label = low > 0.5 ? CallLabel::lusc : high < 0.5 ? CallLabel::luad : CallLabel::indeterminate;
    call.reason = interval + (low > 0.5    ? "lies above one half."
                              : high < 0.5 ? "lies below one half."
                                           : "contains one half.");
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
    if (!tiles.empty()) {
        const auto blocks = make_call_blocks(tiles, std::max(options.block_edge_tiles, 1));
        Block all;
        for (const Block& block : blocks) {
            all.sum += block.sum;
            all.tiles += block.tiles;
        }
        const double mean = all.sum / all.tiles;
        call.prob_lusc = mean;
        if (blocks.size() >= 2 && options.bootstrap_rounds > 0) call.ci95 = bootstrap_interval(blocks, all, options);
    }
    for (const CallTile& tile : tiles) call.voting_area_mm2 += tile.tissue_mm2;
    call.coherent_mm2 = coherent_area(tiles, options.thresholds.mixed_region_mm2);
    call.scored_area_mm2 = call.voting_area_mm2 + set_aside.benign.mm2 + set_aside.unfamiliar.mm2;
    const std::size_t scored = tiles.size() + set_aside.benign.count + set_aside.unfamiliar.count;
    if (scored > 0)
        call.unfamiliar_share = static_cast<double>(set_aside.unfamiliar.count) / static_cast<double>(scored);
    if (call.mostly_unfamiliar()) {
        call.label = CallLabel::indeterminate;
        call.reason = unfamiliar_reason(scored, set_aside);
        return call;
    }
    decide_by_vote(call, options, set_aside);
    call.reason += set_aside_remark(call, set_aside);
    return call;
}

}  // namespace slidetype
