// Every figure is computed on tiles with weights. A round of the bootstrap draws groups with replacement and gives each
// tile the number of times that its group was drawn.
#include "model/metrics/metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>

#include "model/metrics/intervals.h"

namespace slidetype {
namespace {

/// A tile with a weight: how often its group was drawn.
struct Item {
    double p = 0;     ///< P(label 1)
    double loss = 0;  ///< -log P(truth)
    int label = 0, call = 0;
    double weight = 1;
    float logit = 0;
};
using Items = std::span<const Item>;

/// The weighted mean of `value` over the items that `counts` picks.
template <class Counts, class Value>
double weighted_mean(Items items, Counts counts, Value value) {
    double sum = 0, all = 0;
    for (const auto& item : items) {
        if (!counts(item)) continue;
        all += item.weight;
        sum += item.weight * static_cast<double>(value(item));
    }
    return all > 0 ? sum / all : kUndefined;
}

bool every(const Item&) {
    return true;
}

double accuracy(Items items) {
    return weighted_mean(items, every, [](const Item& item) { return item.call == item.label; });
}

template <int label>
double sensitivity(Items items) {
    return weighted_mean(
        items, [](const Item& item) { return item.label == label; },
        [](const Item& item) { return item.call == label; });
}

double balanced_accuracy(Items items) {
    return (sensitivity<0>(items) + sensitivity<1>(items)) / 2;
}

double brier(Items items) {
    return weighted_mean(items, every, [](const Item& item) { return (item.p - item.label) * (item.p - item.label); });
}

double log_loss(Items items) {
    return weighted_mean(items, every, [](const Item& item) { return item.loss; });
}

/// Items must be sorted by logit. Runs of equal ones share their rank. Not by p: of large logits all p are one.
double auc(Items items) {
    double wins = 0, below = 0, positives = 0, negatives = 0;
    for (std::size_t i = 0; i < items.size();) {
        double tied_positive = 0, tied_negative = 0;
        std::size_t j = i;
        for (; j < items.size() && items[j].logit == items[i].logit; ++j) {
            (items[j].label == 1 ? tied_positive : tied_negative) += items[j].weight;
        }
        wins += tied_positive * (below + tied_negative / 2);
        below += tied_negative;
        positives += tied_positive;
        negatives += tied_negative;
        i = j;
    }
    return positives > 0 && negatives > 0 ? wins / (positives * negatives) : kUndefined;
}

double confidence(const Item& item) {
    return std::max(item.p, 1 - item.p);
}

std::size_t bin_of(const Item& item) {
    constexpr auto bins = static_cast<double>(kCalibrationBins);
    return std::min(kCalibrationBins - 1, static_cast<std::size_t>(confidence(item) * bins));
}

double calibration_error(Items items) {
    std::array<double, kCalibrationBins> sure{}, right{};
    double all = 0;
    for (const auto& item : items) {
        const auto bin = bin_of(item);
        sure[bin] += item.weight * confidence(item);
        if (item.call == item.label) right[bin] += item.weight;
        all += item.weight;
    }
    double error = 0;
    for (std::size_t b = 0; b < kCalibrationBins; ++b) error += std::abs(sure[b] - right[b]);
    return all > 0 ? error / all : kUndefined;
}

std::array<CalibrationBin, kCalibrationBins> calibration_bins(Items items) {
    std::array<CalibrationBin, kCalibrationBins> bins{};
    for (const auto& item : items) {
        auto& bin = bins[bin_of(item)];
        ++bin.count;
        bin.confidence += confidence(item);
        bin.accuracy += item.call == item.label ? 1 : 0;
    }
    for (auto& bin : bins) {
        if (bin.count == 0) continue;
        bin.confidence /= static_cast<double>(bin.count);
        bin.accuracy /= static_cast<double>(bin.count);
    }
    return bins;
}

/// Tiles in order of their probability, with their groups numbered from 0.
struct Sample {
    std::vector<Item> items;
    std::vector<std::size_t> group;  ///< per item
    std::size_t groups = 0;
};

/// A tile is called 1 where its probability is above the threshold.
Sample make_sample(std::span<const Scored> scored, double temperature, double threshold) {
    std::vector<std::size_t> order(scored.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return scored[i].logit; });
    Sample sample;
    sample.items.reserve(order.size());
    sample.group.reserve(order.size());
    for (const auto i : order) {
        const auto& each = scored[i];
        const double p = calibrated(each.logit, temperature);
        const double z = (each.label == 1 ? each.logit : -each.logit) / temperature;
        const double loss = z > 0 ? std::log1p(std::exp(-z)) : -z + std::log1p(std::exp(z));
        sample.items.push_back({p, loss, each.label, p > threshold ? 1 : 0, 1, each.logit});
        sample.group.push_back(each.group);
    }
    sample.groups = number_groups(sample.group);
    return sample;
}

/// Whose tiles a figure speaks of.
enum class Over { both_together, luad, lusc, each };

struct Figure {
    Estimate* estimate;
    double (*of)(Items);
    Over over = Over::both_together;
    std::vector<double> draws = {};
};

/// Drawing from one group draws the same every time: that is no interval.
class GroupCounts {
  public:
    explicit GroupCounts(const Sample& sample) : all_(sample.groups) {
        for (std::size_t k = 0; k < sample.items.size(); ++k) {
            of_label_[static_cast<std::size_t>(sample.items[k].label)].insert(sample.group[k]);
        }
    }
    bool allow_interval(Over over) const {
        const bool luad = of_label_[0].size() > 1, lusc = of_label_[1].size() > 1;
        switch (over) {
            case Over::both_together:
                return all_ > 1;
            case Over::luad:
                return luad;
            case Over::lusc:
                return lusc;
            case Over::each:
                break;
        }
        return luad && lusc;
    }

  private:
    std::size_t all_;
    std::array<std::set<std::size_t>, 2> of_label_;
};

void estimate(Sample& sample, std::span<Figure> figures, int rounds, std::uint64_t seed) {
    for (auto& figure : figures) figure.estimate->value = figure.of(sample.items);
    if (rounds <= 0 || sample.items.empty()) return;
    for (auto& figure : figures) figure.draws.reserve(static_cast<std::size_t>(rounds));
    GroupDraws draws(sample.group, seed);
    for (int round = 0; round < rounds; ++round) {
        const auto weights = draws.next();
        for (std::size_t k = 0; k < sample.items.size(); ++k) sample.items[k].weight = weights[k];
        for (auto& figure : figures) figure.draws.push_back(figure.of(sample.items));
    }
    const GroupCounts counts(sample);
    for (auto& figure : figures) {
        if (!counts.allow_interval(figure.over)) figure.draws.clear();
        figure.estimate->ci95 = percentile_interval(std::move(figure.draws));
    }
}

}  // namespace

Metrics measure(std::span<const Scored> scored, double temperature, int rounds, std::uint64_t seed) {
    auto sample = make_sample(scored, temperature, 0.5);
    Metrics metrics;
    metrics.n = scored.size();
    metrics.groups = sample.groups;
    metrics.calibration = calibration_bins(sample.items);
    for (const auto& item : sample.items) {
        ++metrics.confusion[static_cast<std::size_t>(item.label)][static_cast<std::size_t>(item.call)];
    }
    Estimate loss;
    std::array<Figure, 8> figures = {Figure{&metrics.accuracy, accuracy},
                                     Figure{&metrics.auc, auc, Over::each},
                                     Figure{&metrics.ece, calibration_error},
                                     Figure{&metrics.brier, brier},
                                     Figure{&metrics.balanced_accuracy, balanced_accuracy, Over::each},
                                     Figure{&metrics.sensitivity[0], sensitivity<0>, Over::luad},
                                     Figure{&metrics.sensitivity[1], sensitivity<1>, Over::lusc},
                                     Figure{&loss, log_loss}};
    estimate(sample, figures, rounds, seed);
    metrics.log_loss = loss.value, metrics.log_loss_ci95 = loss.ci95;
    return metrics;
}

GateMetrics measure_gate(std::span<const Scored> scored, double temperature, double threshold, int rounds,
                         std::uint64_t seed) {
    // The gate keeps P >= threshold; the tiles here are called 1 above it.
    auto sample = make_sample(scored, temperature, std::nextafter(threshold, -1.0));
    GateMetrics gate;
    gate.threshold = threshold;
    gate.groups = sample.groups;
    for (const auto& item : sample.items) ++(item.label == 1 ? gate.tumour : gate.benign);
    std::array<Figure, 3> figures = {Figure{&gate.auc, auc, Over::each},
                                     Figure{&gate.sensitivity, sensitivity<1>, Over::lusc},
                                     Figure{&gate.specificity, sensitivity<0>, Over::luad}};
    estimate(sample, figures, rounds, seed);
    return gate;
}

Estimate measure_share(const std::vector<bool>& hit, std::span<const std::size_t> group, int rounds,
                       std::uint64_t seed) {
    Sample sample;
    sample.items.reserve(hit.size());
    for (const bool each : hit) sample.items.push_back({0, 0, 1, each ? 1 : 0, 1});
    sample.group.assign(group.begin(), group.end());
    sample.groups = number_groups(sample.group);
    Estimate share;
    std::array<Figure, 1> figures = {Figure{&share, accuracy}};
    estimate(sample, figures, rounds, seed);
    return share;
}

std::vector<RocPoint> roc_curve(std::span<const Scored> scored) {
    std::vector<std::pair<float, int>> falling;
    falling.reserve(scored.size());
    for (const auto& each : scored) falling.emplace_back(each.logit, each.label);
    std::ranges::sort(falling, std::greater{});
    const auto positives = std::ranges::count(falling, 1, &std::pair<float, int>::second);
    const auto negatives = std::ssize(falling) - positives;
    if (positives == 0 || negatives == 0) return {};

    std::vector<std::array<std::ptrdiff_t, 2>> corners = {{0, 0}};  // false and true positives
    for (std::size_t i = 0; i < falling.size();) {
        auto [wrong, right] = corners.back();
        const float logit = falling[i].first;
        for (; i < falling.size() && falling[i].first == logit; ++i) ++(falling[i].second == 1 ? right : wrong);
        if (corners.size() > 1) {
            // A point on the way from the last corner but one to the new one is none.
            const auto [x0, y0] = corners[corners.size() - 2];
            const auto [x1, y1] = corners.back();
            if ((x1 - x0) * (right - y1) == (wrong - x1) * (y1 - y0)) corners.pop_back();
        }
        corners.push_back({wrong, right});
    }
    std::vector<RocPoint> curve;
    curve.reserve(corners.size());
    for (const auto [wrong, right] : corners) {
        curve.push_back({static_cast<double>(wrong) / static_cast<double>(negatives),
                         static_cast<double>(right) / static_cast<double>(positives)});
    }
    return curve;
}

}  // namespace slidetype
