#include "plugin/analysis/patient_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "plugin/analysis/bag_call.h"
#include "plugin/analysis/call_result.h"
#include "plugin/analysis/slide_result.h"

namespace slidetype {
namespace {

void add(SetAside::Tiles& sum, const SetAside::Tiles& more) {
    sum.count += more.count, sum.mm2 += more.mm2;
}

SetAside set_aside_of(std::span<const SlideEvidence> slides) {
    SetAside sum;
    for (const auto& slide : slides) {
        add(sum.benign, slide.set_aside.benign);
        add(sum.unfamiliar, slide.set_aside.unfamiliar);
    }
    return sum;
}

/// The tiles of all slides on one grid, so far apart that no block and no region has some of two.
std::vector<CallTile> tiles_of(std::span<const SlideEvidence> slides, int block_edge) {
    std::vector<CallTile> all;
    int first_row = 0;
    for (const auto& slide : slides) {
        int last_row = first_row;
        for (auto tile : slide.tiles) {
            tile.row += first_row;
            last_row = std::max(last_row, tile.row);
            all.push_back(tile);
        }
        const int edge = std::max(block_edge, 1);
        first_row = ((last_row + 1) / edge + 1) * edge;
    }
    return all;
}

/// Before the sigmoid. A probability of nought or one is rounding, and its logit would be infinite.
double logit_of(double probability) {
    constexpr double kLeast = 1e-6;
    const double p = std::clamp(probability, kLeast, 1 - kLeast);
    return std::log(p / (1 - p));
}

/// The mean of some figure of the slides, before the sigmoid.
template <class Figure>
double mean_probability(std::span<const SlideEvidence> voting, const Figure& figure) {
    double sum = 0;
    for (const auto& slide : voting) sum += logit_of(figure(slide.call));
    return 1 / (1 + std::exp(-sum / static_cast<double>(voting.size())));
}

std::vector<SlideEvidence> with_probability(std::span<const SlideEvidence> slides) {
    std::vector<SlideEvidence> some;
    for (const auto& slide : slides) {
        if (slide.call.prob_lusc) some.push_back({slide.call, {}, {}});
    }
    return some;
}

void take_mean_of_slides(SlideCall& call, std::span<const SlideEvidence> slides) {
    const auto voting = with_probability(slides);
    call.ci95.reset();
    call.vote_mean.reset();
    if (voting.empty()) return;
    call.prob_lusc = mean_probability(voting, [](const SlideCall& slide) { return *slide.prob_lusc; });
    if (!std::ranges::all_of(voting, [](const auto& slide) { return slide.call.ci95.has_value(); })) return;
    call.ci95 = {mean_probability(voting, [](const SlideCall& slide) { return (*slide.ci95)[0]; }),
                 mean_probability(voting, [](const SlideCall& slide) { return (*slide.ci95)[1]; })};
}

SlideCall call_votes(std::span<const SlideEvidence> slides, PatientCall how, const CallOptions& options) {
    const auto set_aside = set_aside_of(slides);
    const auto tiles = tiles_of(slides, options.block_edge_tiles);
    auto call = call_slide(tiles, options, set_aside);
    if (how == PatientCall::one_bag) return call;
    take_mean_of_slides(call, slides);
    judge_votes(call, tiles.size() + set_aside.benign.count + set_aside.unfamiliar.count, options, set_aside);
    if (call.label == CallLabel::indeterminate && call.prob_lusc && !call.ci95 && !call.mostly_unfamiliar()) {
        call.reason = fmt::format("P(LUSC) is {}, but a slide is too small a field to say how far it varies.",
                                  probability_text(*call.prob_lusc));
    }
    return call;
}

void add_areas(SlideCall& sum, std::span<const SlideEvidence> slides) {
    for (const auto& slide : slides) {
        sum.voting_area_mm2 += slide.call.voting_area_mm2;
        sum.tumour_area_mm2 += slide.call.tumour_area_mm2;
        sum.scored_area_mm2 += slide.call.scored_area_mm2;
    }
}

SlideCall call_bags(std::span<const SlideEvidence> slides, PatientCall how, const CallRules& rules) {
    SlideCall call;
    add_areas(call, slides);
    std::vector<std::vector<BagPart>> bags;
    for (const auto& slide : slides) {
        if (!slide.call.heads) continue;
        bags.push_back(slide.call.heads->parts);
        if (how == PatientCall::one_bag) continue;
        for (auto& part : bags.back()) part.log_weight = 0;
    }
    if (bags.empty()) {
        call.reason = "No tile could be scored.";
        return call;
    }
    judge_opinion(call, rules.aggregator->unite(bags), rules.options.thresholds, rules.stated);
    return call;
}

}  // namespace

SlideEvidence evidence_of(const SlideResult& result, bool gate) {
    SlideEvidence evidence{result.call, {}, {}};
    if (result.call.heads || result.grid.tiles.empty()) return evidence;
    auto votes = votes_of(result, gate);
    evidence.tiles = std::move(votes.tiles);
    evidence.set_aside = votes.set_aside;
    return evidence;
}

SlideCall call_patient(std::span<const SlideEvidence> slides, PatientCall how, const CallRules& rules) {
    if (slides.empty()) throw Error(ErrorCode::bad_data, "", "a patient without slides has no call");
    if (slides.size() == 1) return slides.front().call;
    if (slides.front().call.label == CallLabel::none) {  // of other classes
        auto call = slides.front().call;
        add_areas(call, slides.subspan(1));
        return call;
    }
    return rules.aggregator == nullptr ? call_votes(slides, how, rules.options) : call_bags(slides, how, rules);
}

}  // namespace slidetype
