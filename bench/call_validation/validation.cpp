#include "bench/call_validation/validation.h"

#include <iterator>
#include <utility>

#include "base/error.h"
#include "bench/call_validation/outcome.h"
#include "bench/call_validation/vote_fit.h"
#include "plugin/analysis/call_result.h"

namespace slidetype::bench {
namespace {

/// A slide that was scored; its call can be made again by other thresholds.
struct ScoredSlide {
    PlannedSlide planned;
    SlideResult result;
};

SlideResult score(const Engine& engine, const PlannedSlide& slide, const ValidationOptions& options) {
    const tools::Mosaic mosaic(slide.layout, slide.classes, slide.mosaic);
    PyramidOptions pyramid;
    pyramid.spacing_um_px = slide.spacing_um_px;
    pyramid.quality = 90;
    const auto file = options.work / (slide.name + ".tiff");
    mosaic.write(file, pyramid);
    AnalyseOptions analyse;
    analyse.threads = options.threads;
    auto result = engine.analyse(file, analyse);
    result.thumbnail = {};  // hundreds of slides are held at once
    for (const auto* extension : {".tiff", ".geojson", ".csv"}) {
        std::filesystem::remove(options.work / (slide.name + extension));
    }
    return result;
}

/// `slides` must have been called by weighed votes.
std::vector<FitSlide> fit_slides(const std::vector<ScoredSlide>& slides) {
    std::vector<FitSlide> fit;
    for (const auto& [planned, result] : slides) {
        const auto& call = result.call;
        if (!is_subtype(planned.expected) || call.tumour_area_mm2 < result.thresholds.min_area_mm2) continue;
        fit.push_back({*call.vote_mean, *call.border_share, planned.expected == "LUSC"});
    }
    return fit;
}

CallOptions with_vote(const CallThresholds& thresholds, const std::optional<VoteCalibration>& vote) {
    CallOptions options;
    options.thresholds = thresholds;
    options.thresholds.vote = vote;
    return options;
}

/// The call if every voting tile counted the same.
std::string plain_call(SlideResult result) {
    auto options = with_vote(result.thresholds, std::nullopt);
    options.thresholds.mixed_certainty = 0;
    call_result(result, options, false);
    return std::string(to_string(result.call.label));
}

/// What the other slides of its kind and class say together, each weighing its tumour.
std::optional<double> expected_prob(const CallOutcome& slide, const std::vector<CallOutcome>& slides,
                                    const VoteCalibration& vote) {
    double tumour = 0, mean = 0, border = 0;
    for (const auto& other : slides) {
        if (&other == &slide || other.kind != slide.kind || other.expected != slide.expected || !other.vote_mean)
            continue;
        tumour += other.tumour_mm2;
        mean += other.tumour_mm2 * *other.vote_mean;
        border += other.tumour_mm2 * *other.border_share;
    }
    if (tumour == 0) return std::nullopt;
    return slide_probability(mean / tumour, border / tumour, vote);
}

}  // namespace

CallOutcome outcome_of(const PlannedSlide& planned, const SlideResult& result) {
    const auto& call = result.call;
    CallOutcome outcome;
    outcome.name = planned.name;
    outcome.kind = planned.kind;
    outcome.expected = planned.expected;
    outcome.call = std::string(to_string(call.label));
    outcome.plain_call = plain_call(result);
    outcome.prob_lusc = call.prob_lusc;
    if (call.ci95) {
        outcome.ci_low = (*call.ci95)[0];
        outcome.ci_high = (*call.ci95)[1];
    }
    outcome.vote_mean = call.vote_mean;
    outcome.border_share = call.border_share;
    outcome.voting_mm2 = call.voting_area_mm2;
    outcome.tumour_mm2 = call.tumour_area_mm2;
    outcome.coherent_mm2 = call.coherent_mm2;
    if (result.domain) outcome.known = result.domain->known;
    return outcome;
}

CallValidation validate_calls(const Engine& engine, const FoldPictures& pictures, const ValidationOptions& options) {
    const auto& model = engine.model();
    CallValidation validation;
    validation.model = model.config.name;
    validation.sha256 = model.sha256;
    validation.fold = options.fold;
    validation.seed = options.seed;
    if (model.config.slidetype && model.config.slidetype->call) validation.thresholds = *model.config.slidetype->call;

    std::array<std::vector<ScoredSlide>, 2> halves;
    for (std::size_t half = 0; half < 2; ++half) {
        const auto planned = plan_slides(half_of(pictures, half == 1), 2 * options.seed + half);
        for (const auto& slide : planned) {
            auto& scored = halves.at(half).emplace_back(ScoredSlide{slide, score(engine, slide, options)});
            call_result(scored.result, with_vote(validation.thresholds, std::nullopt), true);
            if (options.progress) {
                options.progress(slide, half * planned.size() + halves.at(half).size(), 2 * planned.size());
            }
        }
    }
    auto all = fit_slides(halves[0]);
    const auto second = fit_slides(halves[1]);
    validation.half_votes = {fit_votes(second), fit_votes(all)};
    std::ranges::copy(second, std::back_inserter(all));
    validation.thresholds.vote = fit_votes(all);
    for (std::size_t half = 0; half < 2; ++half) {
        const auto& vote = validation.half_votes.at(half);
        std::vector<CallOutcome> outcomes;
        for (auto& slide : halves.at(half)) {
            call_result(slide.result, with_vote(validation.thresholds, vote), true);
            outcomes.push_back(outcome_of(slide.planned, slide.result));
        }
        for (auto& outcome : outcomes) {
            if (is_subtype(outcome.expected)) outcome.expected_prob = expected_prob(outcome, outcomes, vote);
        }
        std::ranges::move(outcomes, std::back_inserter(validation.slides));
    }
    return validation;
}

}  // namespace slidetype::bench
