#include "bench/call_validation/outcome.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/optional_json.h"

namespace slidetype::bench {
namespace {

using Json = nlohmann::ordered_json;

double figure(double value) {
    return std::round(value * 1e6) / 1e6;
}

Json maybe(const std::optional<double>& value) {
    return value ? Json(figure(*value)) : Json();
}

Json vote_json(const VoteCalibration& vote) {
    return {{"intercept", figure(vote.intercept)}, {"slope", figure(vote.slope)}, {"border", figure(vote.border)}};
}

VoteCalibration vote_of_json(const Json& json) {
    return {json.at("intercept"), json.at("slope"), json.at("border")};
}

Json thresholds_json(const CallThresholds& limits) {
    return {
        {"min_area_mm2", limits.min_area_mm2},         {"min_tumour_share", limits.min_tumour_share},
        {"mixed_region_mm2", limits.mixed_region_mm2}, {"mixed_share", limits.mixed_share},
        {"mixed_certainty", limits.mixed_certainty},   {"vote", vote_json(limits.vote.value_or(VoteCalibration{}))}};
}

Json slide_json(const CallOutcome& slide) {
    return {{"name", slide.name},
            {"kind", slide.kind},
            {"expected", slide.expected},
            {"call", slide.call},
            {"plain_call", slide.plain_call},
            {"prob_LUSC", maybe(slide.prob_lusc)},
            {"ci_low", maybe(slide.ci_low)},
            {"ci_high", maybe(slide.ci_high)},
            {"expected_prob", maybe(slide.expected_prob)},
            {"vote_mean", maybe(slide.vote_mean)},
            {"border_share", maybe(slide.border_share)},
            {"voting_mm2", figure(slide.voting_mm2)},
            {"tumour_mm2", figure(slide.tumour_mm2)},
            {"coherent_LUAD_mm2", figure(slide.coherent_mm2[0])},
            {"coherent_LUSC_mm2", figure(slide.coherent_mm2[1])},
            {"known", slide.known ? Json(*slide.known) : Json()}};
}

CallOutcome slide_of_json(const Json& from) {
    CallOutcome slide;
    slide.name = from.at("name");
    slide.kind = from.at("kind");
    slide.expected = from.at("expected");
    slide.call = from.at("call");
    slide.plain_call = from.at("plain_call");
    slide.prob_lusc = optional_of<double>(from.at("prob_LUSC"));
    slide.ci_low = optional_of<double>(from.at("ci_low"));
    slide.ci_high = optional_of<double>(from.at("ci_high"));
    slide.expected_prob = optional_of<double>(from.at("expected_prob"));
    slide.vote_mean = optional_of<double>(from.at("vote_mean"));
    slide.border_share = optional_of<double>(from.at("border_share"));
    slide.voting_mm2 = from.at("voting_mm2");
    slide.tumour_mm2 = from.at("tumour_mm2");
    slide.coherent_mm2 = {from.at("coherent_LUAD_mm2"), from.at("coherent_LUSC_mm2")};
    slide.known = optional_member<bool>(from, "known");  // not there in outcomes of before
    return slide;
}

}  // namespace

IntervalCoverage interval_coverage(const CallValidation& validation) {
    IntervalCoverage coverage;
    for (const auto& slide : validation.slides) {
        if (!slide.ci_low || !slide.expected_prob) continue;
        ++coverage.all;
        coverage.inside += slide.covered() ? 1 : 0;
    }
    return coverage;
}

std::string width_verdict(const IntervalCoverage& coverage) {
    constexpr double kMeant = 0.95;
    const double by_chance = 2 * std::sqrt(kMeant * (1 - kMeant) / static_cast<double>(coverage.all));
    if (coverage.share() < kMeant - by_chance) return "narrower than it says";
    return coverage.share() > kMeant + by_chance ? "wider than it says" : "as wide as it says";
}

void write_validation(const std::filesystem::path& file, const CallValidation& validation) {
    Json root = {{"format_version", 2},
                 {"model", validation.model},
                 {"sha256", validation.sha256},
                 {"fold", validation.fold},
                 {"seed", validation.seed},
                 {"thresholds", thresholds_json(validation.thresholds)},
                 {"half_votes", {vote_json(validation.half_votes[0]), vote_json(validation.half_votes[1])}},
                 {"slides", Json::array()}};
    for (const auto& slide : validation.slides) root["slides"].push_back(slide_json(slide));
    write_file(file, root.dump(1) + "\n");
}

CallValidation read_validation(const std::filesystem::path& file) {
    CallValidation validation;
    try {
        const auto root = Json::parse(read_file(file));
        validation.model = root.at("model");
        validation.sha256 = root.at("sha256");
        validation.fold = root.at("fold");
        validation.seed = root.at("seed");
        const auto& limits = root.at("thresholds");
        validation.thresholds = {limits.at("min_area_mm2"),     limits.at("min_tumour_share"),
                                 limits.at("mixed_region_mm2"), limits.at("mixed_share"),
                                 limits.at("mixed_certainty"),  vote_of_json(limits.at("vote"))};
        for (std::size_t half = 0; half < 2; ++half) {
            validation.half_votes.at(half) = vote_of_json(root.at("half_votes").at(half));
        }
        for (const auto& from : root.at("slides")) validation.slides.push_back(slide_of_json(from));
    } catch (const Json::exception& error) {
        throw Error(ErrorCode::corrupt, file.string(), error.what(), "Run `validate_calls run` again.");
    }
    return validation;
}

}  // namespace slidetype::bench
