#include "plugin/analysis/bag_call.h"

#include <fmt/format.h>

#include <limits>

#include "base/half.h"
#include "model/metrics/conformal.h"
#include "model/metrics/percentiles.h"
#include "plugin/analysis/call_reason.h"

namespace slidetype {
namespace {

std::optional<ClassSet> set_of(const SlideCall& call, const std::optional<StatedError>& stated) {
    if (!stated) return std::nullopt;
    return prediction_set(*call.prob_lusc, {stated->error, stated->q, stated->patients});
}

CallLabel label_of(const SlideCall& call, const CallThresholds& limits, const std::optional<StatedError>& stated) {
    if (call.scored_area_mm2 < limits.min_area_mm2) return CallLabel::insufficient;
    if (const auto set = set_of(call, stated)) {
        return *set == ClassSet::luad   ? CallLabel::luad
               : *set == ClassSet::lusc ? CallLabel::lusc
                                        : CallLabel::indeterminate;
    }
    if (call.heads->agreeing < call.heads->count || *call.prob_lusc == 0.5) return CallLabel::indeterminate;
    return *call.prob_lusc > 0.5 ? CallLabel::lusc : CallLabel::luad;
}

/// What the thresholds of a stated error say, and what they were fitted to.
std::string set_reason(const SlideCall& call, const StatedError& stated) {
    const auto p = probability_text(*call.prob_lusc);
    const auto fitted = fmt::format("thresholds for {} of error, from {} patients", error_text(stated.error),
                                    stated.patients[0] + stated.patients[1]);
    const auto set = *set_of(call, stated);
    if (set == ClassSet::either) return fmt::format("P(LUSC) is {}, which may be either class ({}).", p, fitted);
    if (set == ClassSet::none) {
        return fmt::format("P(LUSC) is {}, as it hardly was in any patient of either class ({}).", p, fitted);
    }
    return fmt::format("P(LUSC) is {}, which speaks for {} alone ({}).", p, to_string(set), fitted);
}

std::string bag_reason(const SlideCall& call, const CallThresholds& limits, const std::optional<StatedError>& stated) {
    if (call.label == CallLabel::insufficient) {
        return fmt::format("Only {:g} mm² of tissue was scored; a call needs at least {:g} mm².", call.scored_area_mm2,
                           limits.min_area_mm2);
    }
    if (stated) return set_reason(call, *stated);
    const auto count = call.heads->count, agreeing = call.heads->agreeing;
    const auto* side = *call.prob_lusc > 0.5 ? "LUSC" : "LUAD";
    const auto p = probability_text(*call.prob_lusc);
    if (count == 1) return fmt::format("P(LUSC) is {} by the model's one head.", p);
    if (agreeing == count) return fmt::format("P(LUSC) is {}, and all {} heads say {}.", p, count, side);
    return fmt::format("P(LUSC) is {}, but {} of {} heads {} {}: they do not agree.", p, agreeing, count,
                       agreeing == 1 ? "says" : "say", side);
}

}  // namespace

void SlideBag::append(const TileGrid& grid, std::span<const std::size_t> tiles, std::span<const float> features) {
    bag_.tiles += tiles.size();
    for (const auto tile : tiles) {
        const auto& rect = grid.tiles[tile].rect;
        bag_.places.push_back({static_cast<double>(rect.x), static_cast<double>(rect.y)});
    }
    tiles_.insert(tiles_.end(), tiles.begin(), tiles.end());
    for (const float value : features) bag_.features.push_back(to_half(value));
}

void judge_opinion(SlideCall& call, const BagOpinion& opinion, const CallThresholds& limits,
                   const std::optional<StatedError>& stated) {
    call.heads = SlideCall::Heads{opinion.head_logits.size(), opinion.agreeing(), opinion.parts};
    call.prob_lusc = opinion.probabilities.back();
    // What follows is of the tiles' votes, which do not make this call.
    call.ci95.reset();
    call.vote_mean.reset();
    call.border_share.reset();
    call.coherent_mm2 = {};
    call.label = label_of(call, limits, stated);
    call.reason = bag_reason(call, limits, stated);
}

void call_bag(SlideResult& result, const SlideBag& bag, const Aggregator& aggregator,
              const std::optional<StatedError>& stated, int threads) {
    if (bag.bag().tiles == 0) return;
    const auto opinion = aggregator.aggregate(bag.bag(), threads);
    result.attention_percentile.assign(result.grid.tiles.size(), std::numeric_limits<float>::quiet_NaN());
    const auto ranks = percentiles(opinion.attention);
    for (std::size_t i = 0; i < ranks.size(); ++i) result.attention_percentile[bag.tiles()[i]] = ranks[i];
    judge_opinion(result.call, opinion, result.thresholds, stated);
}

}  // namespace slidetype
