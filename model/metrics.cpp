#include "model/metrics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "model/random.h"

namespace slidetype {
namespace {

constexpr std::size_t kBins = 15;

/// A tile with a weight: how often its group was drawn.
struct Item {
    double p = 0;
    int label = 0;
    double weight = 1;
};

double weighted_accuracy(std::span<const Item> items) {
    double right = 0, all = 0;
    for (const auto& item : items) {
        all += item.weight;
        if ((item.p > 0.5) == (item.label == 1)) right += item.weight;
    }
    return all > 0 ? right / all : 0;
}

/// Items must be sorted by p. Runs of equal p share their rank.
double weighted_auc(std::span<const Item> items) {
    double wins = 0, below = 0, positives = 0, negatives = 0;
    for (std::size_t i = 0; i < items.size();) {
        double tied_positive = 0, tied_negative = 0;
        std::size_t j = i;
        for (; j < items.size() && items[j].p == items[i].p; ++j) {
            (items[j].label == 1 ? tied_positive : tied_negative) += items[j].weight;
        }
        wins += tied_positive * (below + tied_negative / 2);
        below += tied_negative;
        positives += tied_positive;
        negatives += tied_negative;
        i = j;
    }
    return positives > 0 && negatives > 0 ? wins / (positives * negatives) : 0.5;
}

double weighted_ece(std::span<const Item> items) {
    std::array<double, kBins> confidence{}, right{};
    double all = 0;
    for (const auto& item : items) {
        const double sure = std::max(item.p, 1 - item.p);
        const auto bin = std::min(kBins - 1, static_cast<std::size_t>(sure * kBins));
        confidence[bin] += item.weight * sure;
        if ((item.p > 0.5) == (item.label == 1)) right[bin] += item.weight;
        all += item.weight;
    }
    double error = 0;
    for (std::size_t b = 0; b < kBins; ++b) error += std::abs(confidence[b] - right[b]);
    return all > 0 ? error / all : 0;
}

double weighted_brier(std::span<const Item> items) {
    double sum = 0, all = 0;
    for (const auto& item : items) {
        sum += item.weight * (item.p - item.label) * (item.p - item.label);
        all += item.weight;
    }
    return all > 0 ? sum / all : 0;
}

/// -log P(truth) in a form that does not overflow.
double log_loss(std::span<const Scored> scored, double temperature) {
    double sum = 0;
    for (const auto& each : scored) {
        const double z = (each.label == 1 ? each.logit : -each.logit) / temperature;
        sum += z > 0 ? std::log1p(std::exp(-z)) : -z + std::log1p(std::exp(z));
    }
    return scored.empty() ? 0 : sum / static_cast<double>(scored.size());
}

std::array<double, 2> interval(std::vector<double>& values) {
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
    };
    return {at(0.025), at(0.975)};
}

}  // namespace

double calibrated(double logit, double temperature) {
    return 1 / (1 + std::exp(-logit / temperature));
}

Metrics measure(std::span<const Scored> scored, double temperature, int rounds, std::uint64_t seed) {
    Metrics metrics;
    metrics.n = scored.size();
    metrics.log_loss = log_loss(scored, temperature);
    std::map<std::size_t, std::size_t> group_number;
    std::vector<Item> items(scored.size());
    std::vector<std::size_t> order(scored.size()), group(scored.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return scored[i].logit; });
    for (std::size_t k = 0; k < order.size(); ++k) {
        const auto& each = scored[order[k]];
        items[k] = {calibrated(each.logit, temperature), each.label, 1};
        group[k] = group_number.emplace(each.group, group_number.size()).first->second;
        ++metrics.confusion[static_cast<std::size_t>(each.label)][items[k].p > 0.5 ? 1 : 0];
    }
    metrics.groups = group_number.size();

    struct Figure {
        Estimate* estimate;
        double (*of)(std::span<const Item>);
        std::vector<double> draws;
    };
    std::array<Figure, 4> figures = {Figure{&metrics.accuracy, weighted_accuracy, {}},
                                     Figure{&metrics.auc, weighted_auc, {}}, Figure{&metrics.ece, weighted_ece, {}},
                                     Figure{&metrics.brier, weighted_brier, {}}};
    for (auto& figure : figures) figure.estimate->value = figure.of(items);
    if (rounds <= 0 || scored.empty()) return metrics;

    Random random(seed);
    std::vector<double> drawn(metrics.groups);
    for (int round = 0; round < rounds; ++round) {
        std::ranges::fill(drawn, 0.0);
        for (std::size_t g = 0; g < metrics.groups; ++g) drawn[random.below(metrics.groups)] += 1;
        for (std::size_t k = 0; k < items.size(); ++k) items[k].weight = drawn[group[k]];
        for (auto& figure : figures) figure.draws.push_back(figure.of(items));
    }
    for (auto& figure : figures) figure.estimate->ci95 = interval(figure.draws);
    return metrics;
}

double fit_temperature(std::span<const Scored> scored) {
    if (scored.empty()) return 1;
    constexpr double kGolden = 0.6180339887498949;
    double low = std::log(0.05), high = std::log(20.0);
    const auto loss = [&](double log_temperature) { return log_loss(scored, std::exp(log_temperature)); };
    double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
    double at_left = loss(left), at_right = loss(right);
    while (high - low > 1e-6) {
        if (at_left < at_right) {
            high = right, right = left, at_right = at_left;
            left = high - kGolden * (high - low), at_left = loss(left);
        } else {
            low = left, left = right, at_left = at_right;
            right = low + kGolden * (high - low), at_right = loss(right);
        }
    }
    return std::exp((low + high) / 2);
}

std::vector<Scored> cross_calibrated(std::span<const Scored> scored, std::uint64_t seed) {
    std::vector<std::size_t> groups;
    for (const auto& each : scored) groups.push_back(each.group);
    std::ranges::sort(groups);
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    Random random(seed);
    random.shuffle(groups);
    std::map<std::size_t, int> half_of;
    for (std::size_t i = 0; i < groups.size(); ++i) half_of[groups[i]] = i < groups.size() / 2 ? 0 : 1;
    std::array<std::vector<Scored>, 2> halves;
    for (const auto& each : scored) halves[static_cast<std::size_t>(half_of[each.group])].push_back(each);
    const std::array<double, 2> temperature = {fit_temperature(halves[1]), fit_temperature(halves[0])};
    std::vector<Scored> out(scored.begin(), scored.end());
    for (auto& each : out) {
        each.logit = static_cast<float>(each.logit / temperature[static_cast<std::size_t>(half_of[each.group])]);
    }
    return out;
}

}  // namespace slidetype
