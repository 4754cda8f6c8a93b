// Temperatures and thresholds: what is fitted to scored tiles after training.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/random.h"
#include "model/metrics/golden_section.h"
#include "model/metrics/metrics.h"

namespace slidetype {
namespace {

/// Mean of -log P(truth) in a form that does not overflow.
double log_loss(std::span<const Scored> scored, double temperature) {
    double sum = 0;
    for (const auto& each : scored) {
        const double z = (each.label == 1 ? each.logit : -each.logit) / temperature;
        sum += z > 0 ? std::log1p(std::exp(-z)) : -z + std::log1p(std::exp(z));
    }
    return scored.empty() ? 0 : sum / static_cast<double>(scored.size());
}

std::vector<std::size_t> groups_of(std::span<const Scored> scored) {
    std::vector<std::size_t> groups;
    groups.reserve(scored.size());
    for (const auto& each : scored) groups.push_back(each.group);
    std::ranges::sort(groups);
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    return groups;
}

}  // namespace

double calibrated(double logit, double temperature) {
    return 1 / (1 + std::exp(-logit / temperature));
}

std::size_t group_count(std::span<const Scored> scored) {
    return groups_of(scored).size();
}

double fit_temperature(std::span<const Scored> scored, double expected) {
    if (scored.empty()) return expected;
    const auto groups = static_cast<double>(group_count(scored));
    const auto loss = [&](double log_temperature) {
        const double off = log_temperature - std::log(expected);
        return groups * log_loss(scored, std::exp(log_temperature)) + off * off / 2;
    };
    return std::exp(least_between(std::log(0.05), std::log(20.0), loss));
}

std::vector<Scored> cross_calibrated(std::span<const Scored> scored, double expected, std::uint64_t seed) {
    auto groups = groups_of(scored);
    Random random(seed);
    random.shuffle(groups);
    std::map<std::size_t, int> half_of;
    for (std::size_t i = 0; i < groups.size(); ++i) half_of[groups[i]] = i < groups.size() / 2 ? 0 : 1;
    std::array<std::vector<Scored>, 2> halves;
    for (const auto& each : scored) halves[static_cast<std::size_t>(half_of[each.group])].push_back(each);
    const std::array<double, 2> temperature = {fit_temperature(halves[1], expected),
                                               fit_temperature(halves[0], expected)};
    std::vector<Scored> out(scored.begin(), scored.end());
    for (auto& each : out) {
        each.logit = static_cast<float>(each.logit / temperature[static_cast<std::size_t>(half_of[each.group])]);
    }
    return out;
}

// A tumour tile that is refused is lost without a trace, a benign one that is kept dilutes the call a little: so the
// gate may lose 1 % of the tumour and no more. On tiles that it tells apart almost perfectly that quantile lies close
// to 1, where the slightest change of stain would throw tumour out, hence the cap: a tile is refused only where the
// gate holds it for benign.
double fit_gate_threshold(std::span<const Scored> scored, double temperature) {
    constexpr double kLossAllowed = 0.01, kHighest = 0.5;
    std::vector<double> tumour;
    for (const auto& each : scored) {
        if (each.label == 1) tumour.push_back(calibrated(each.logit, temperature));
    }
    if (tumour.empty()) return kHighest;
    std::ranges::sort(tumour);
    return std::min(kHighest, tumour[static_cast<std::size_t>(kLossAllowed * static_cast<double>(tumour.size()))]);
}

}  // namespace slidetype
