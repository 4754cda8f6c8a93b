#include "model/metrics/coverage.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "model/metrics/intervals.h"

namespace slidetype {
namespace {

/// Cases, most certain first.
struct ByCertainty {
    std::vector<double> certainty;
    std::vector<bool> wrong;
    std::vector<std::size_t> group;

    std::size_t size() const { return certainty.size(); }
    /// The end of the run of equal certainty that begins at `from`.
    std::size_t end_of_run(std::size_t from) const {
        std::size_t to = from;
        while (to < size() && certainty[to] == certainty[from]) ++to;
        return to;
    }
};

ByCertainty by_certainty(std::span<const Scored> scored, double temperature) {
    std::vector<Scored> falling(scored.begin(), scored.end());
    std::ranges::stable_sort(falling, std::greater{}, [](const Scored& each) { return std::abs(each.logit); });
    ByCertainty out;
    for (const auto& each : falling) {
        out.certainty.push_back(calibrated(std::abs(each.logit), temperature));
        out.wrong.push_back((each.logit > 0) != (each.label == 1));
        out.group.push_back(each.group);
    }
    return out;
}

/// Share of wrong among the most certain of the weight; a run of equal certainty that does not fit counts in part.
double error_within(const ByCertainty& cases, std::span<const double> weights, double wanted) {
    double called = 0, wrong = 0;
    for (std::size_t from = 0; from < cases.size() && called < wanted;) {
        const std::size_t to = cases.end_of_run(from);
        double weight = 0, wrong_weight = 0;
        for (; from < to; ++from) {
            weight += weights[from];
            if (cases.wrong[from]) wrong_weight += weights[from];
        }
        const double part = weight > wanted - called ? (wanted - called) / weight : 1;
        called += part * weight, wrong += part * wrong_weight;
    }
    return called > 0 ? wrong / called : kUndefined;
}

/// How many cases a share of them is.
std::size_t share_of(std::size_t n, double share) {
    constexpr double kRounding = 1e-9;
    const double exact = share * static_cast<double>(n);
    return std::min(n, static_cast<std::size_t>(std::max(0.0, std::ceil(exact - kRounding))));
}

}  // namespace

CoverageCurve coverage_curve(std::span<const Scored> scored, double temperature, std::span<const double> shares,
                             int rounds, std::uint64_t seed) {
    CoverageCurve curve;
    if (scored.empty()) return curve;
    const auto cases = by_certainty(scored, temperature);
    const auto n = static_cast<double>(cases.size());
    std::size_t wrong = 0;
    for (std::size_t from = 0; from < cases.size();) {
        const std::size_t to = cases.end_of_run(from);
        for (; from < to; ++from) wrong += cases.wrong[from] ? 1U : 0U;
        const auto called = static_cast<double>(to);
        curve.points.push_back(
            {called / n, to, cases.certainty[to - 1], {static_cast<double>(wrong) / called, {kUndefined, kUndefined}}});
    }
    const auto errors = bootstrap(
        cases.group, shares.size(),
        [&](std::span<const double> weights, std::span<double> out) {
            double all = 0;
            for (const double weight : weights) all += weight;
            for (std::size_t s = 0; s < shares.size(); ++s) {
                const double called = static_cast<double>(share_of(cases.size(), shares[s]));
                out[s] = error_within(cases, weights, called / n * all);
            }
        },
        rounds, seed);
    for (std::size_t s = 0; s < shares.size(); ++s) {
        const auto called = share_of(cases.size(), shares[s]);
        const double certainty = called > 0 ? cases.certainty[called - 1] : kUndefined;
        const auto end = cases.group.begin() + static_cast<std::ptrdiff_t>(called);
        curve.at.push_back({shares[s], called, certainty, errors[s]});
        widen_share(curve.at.back().error, std::set(cases.group.begin(), end).size());
    }
    return curve;
}

}  // namespace slidetype
