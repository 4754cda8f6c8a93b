#include "model/metrics/intervals.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace slidetype {

std::array<double, 2> percentile_interval(std::vector<double> values) {
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (values.empty()) return {kUndefined, kUndefined};
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
    };
    return {at(0.025), at(0.975)};
}

std::array<double, 2> wilson_interval(double share, std::size_t count) {
    constexpr double z = 1.959964;
    const auto n = static_cast<double>(count);
    const double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

void widen_share(Estimate& share, std::size_t independent) {
    const auto& [low, high] = share.ci95;
    const bool at_an_end = share.value == 0 || share.value == 1;
    if (at_an_end && low == high && independent > 1) share.ci95 = wilson_interval(share.value, independent);
}

void drop_certainty(Estimate& figure) {
    if (figure.ci95[0] == figure.ci95[1]) figure.ci95 = {kUndefined, kUndefined};
}

std::size_t number_groups(std::vector<std::size_t>& group_of_item) {
    std::map<std::size_t, std::size_t> numbers;
    for (auto& each : group_of_item) each = numbers.emplace(each, numbers.size()).first->second;
    return numbers.size();
}

GroupDraws::GroupDraws(std::span<const std::size_t> group_of_item, std::uint64_t seed)
    : group_(group_of_item.begin(), group_of_item.end()), weights_(group_of_item.size()), random_(seed) {
    drawn_.resize(number_groups(group_));
}

std::span<const double> GroupDraws::next() {
    std::ranges::fill(drawn_, 0.0);
    for (std::size_t g = 0; g < drawn_.size(); ++g) drawn_[random_.below(drawn_.size())] += 1;
    std::ranges::transform(group_, weights_.begin(), [&](std::size_t group) { return drawn_[group]; });
    return weights_;
}

std::vector<Estimate> bootstrap(std::span<const std::size_t> group_of_item, std::size_t count,
                                const WeightedFigures& figures, int rounds, std::uint64_t seed) {
    constexpr std::size_t kUndefinedAllowed = 20;  // one round in so many
    const std::vector<double> once(group_of_item.size(), 1.0);
    std::vector<double> values(count, kUndefined);
    figures(once, values);
    std::vector<Estimate> out;
    out.reserve(count);
    for (const double value : values) out.push_back({value, {kUndefined, kUndefined}});
    GroupDraws draws(group_of_item, seed);
    if (rounds <= 0 || draws.groups() < 2) return out;
    std::vector<std::vector<double>> drawn(count);
    for (int round = 0; round < rounds; ++round) {
        figures(draws.next(), values);
        for (std::size_t f = 0; f < count; ++f) {
            if (!std::isnan(values[f])) drawn[f].push_back(values[f]);
        }
    }
    const auto all = static_cast<std::size_t>(rounds);
    for (std::size_t f = 0; f < count; ++f) {
        const bool enough = (all - drawn[f].size()) * kUndefinedAllowed <= all;
        if (enough && !std::isnan(out[f].value)) out[f].ci95 = percentile_interval(std::move(drawn[f]));
    }
    return out;
}

}  // namespace slidetype
