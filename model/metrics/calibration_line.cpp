#include "model/metrics/calibration_line.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "model/metrics/intervals.h"

namespace slidetype {
namespace {

constexpr int kMostSteps = 100;

/// Logits after the temperature, with their truths.
struct Regression {
    std::vector<double> z;
    std::vector<int> label;
    std::span<const double> weight;

    std::size_t size() const { return z.size(); }
};

struct Line {
    double intercept = 0, slope = 0;
};

/// What the logits look like where items weigh more than nought.
struct Extent {
    std::array<double, 2> low, high;   ///< per class
    std::array<double, 2> of_class{};  ///< sum of weights
    double mean = 0, deviation = 0;
};

Extent extent_of(const Regression& data) {
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    Extent out{{kInfinite, kInfinite}, {-kInfinite, -kInfinite}};
    double sum = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (!(data.weight[i] > 0)) continue;
        const auto label = static_cast<std::size_t>(data.label[i]);
        out.low[label] = std::min(out.low[label], data.z[i]);
        out.high[label] = std::max(out.high[label], data.z[i]);
        out.of_class[label] += data.weight[i];
        sum += data.weight[i] * data.z[i];
    }
    const double all = out.of_class[0] + out.of_class[1];
    out.mean = sum / all;
    double squares = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        squares += data.weight[i] * (data.z[i] - out.mean) * (data.z[i] - out.mean);
    }
    out.deviation = std::sqrt(squares / all);
    return out;
}

/// Whether one value of the logit parts the classes, touching it allowed: then a steeper line always fits better.
bool parted(const Extent& extent) {
    return extent.high[0] <= extent.low[1] || extent.high[1] <= extent.low[0];
}

double log_odds(double part, double rest) {
    return std::log(part / rest);
}

/// Mean -log P(truth) of a line over logits brought to mean 0 and deviation 1.
double loss_of(const Regression& data, const Extent& extent, const Line& line) {
    double loss = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const double u = (data.z[i] - extent.mean) / extent.deviation;
        const double at = line.intercept + line.slope * u;
        const double right = data.label[i] == 1 ? at : -at;
        loss += data.weight[i] * (right > 0 ? std::log1p(std::exp(-right)) : -right + std::log1p(std::exp(right)));
    }
    return loss;
}

/// The step of Newton's method; nothing where the curvature does not tell one.
std::optional<Line> newton_step(const Regression& data, const Extent& extent, const Line& line) {
    double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const double u = (data.z[i] - extent.mean) / extent.deviation;
        const double p = calibrated(line.intercept + line.slope * u, 1);
        const double off = data.weight[i] * (data.label[i] - p), curve = data.weight[i] * p * (1 - p);
        g0 += off, g1 += off * u;
        h00 += curve, h01 += curve * u, h11 += curve * u * u;
    }
    const double determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 1e-12 * h00 * h11)) return std::nullopt;
    return Line{(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant};
}

/// The line of greatest likelihood, by Newton's method with halved steps where a whole one goes too far. The loss is
/// convex and has a least value, since the classes overlap.
std::optional<Line> fit_line(const Regression& data, const Extent& extent) {
    constexpr double kEnough = 1e-9, kRounding = 1e-12, kSteepest = 200;
    Line line{log_odds(extent.of_class[1], extent.of_class[0]), 0};
    double loss = loss_of(data, extent, line);
    for (int round = 0; round < kMostSteps; ++round) {
        auto step = newton_step(data, extent, line);
        if (!step) return std::nullopt;
        if (std::abs(step->intercept) + std::abs(step->slope) < kEnough) {
            return Line{line.intercept - line.slope * extent.mean / extent.deviation, line.slope / extent.deviation};
        }
        Line next{line.intercept + step->intercept, line.slope + step->slope};
        double next_loss = loss_of(data, extent, next);
        for (int halved = 0; halved < kMostSteps && !(next_loss <= loss * (1 + kRounding)); ++halved) {
            step = Line{step->intercept / 2, step->slope / 2};
            next = {line.intercept + step->intercept, line.slope + step->slope};
            next_loss = loss_of(data, extent, next);
        }
        line = next, loss = next_loss;
        // So steep within one deviation that it is separation but for rounding.
        if (!(std::abs(line.slope) < kSteepest)) return std::nullopt;
    }
    return std::nullopt;
}

/// The shift of all logits that makes the mean probability that of the truth: Newton's method within a bracket.
double fit_shift(const Regression& data, const Extent& extent) {
    constexpr double kEnough = 1e-9;
    const double odds = log_odds(extent.of_class[1], extent.of_class[0]);
    double low = odds - std::max(extent.high[0], extent.high[1]), high = odds - std::min(extent.low[0], extent.low[1]);
    double shift = (low + high) / 2;
    for (int round = 0; round < kMostSteps && high - low > kEnough; ++round) {
        double off = 0, curve = 0;
        for (std::size_t i = 0; i < data.size(); ++i) {
            const double p = calibrated(data.z[i] + shift, 1);
            off += data.weight[i] * (data.label[i] - p), curve += data.weight[i] * p * (1 - p);
        }
        (off > 0 ? low : high) = shift;
        const double newton = shift + off / curve;
        const double next = newton > low && newton < high ? newton : (low + high) / 2;
        if (std::abs(next - shift) < kEnough) return next;
        shift = next;
    }
    return shift;
}

}  // namespace

CalibrationLine calibration_line(std::span<const Scored> scored, double temperature, int rounds, std::uint64_t seed) {
    Regression data;
    std::vector<std::size_t> group;
    for (const auto& each : scored) {
        data.z.push_back(each.logit / temperature);
        data.label.push_back(each.label);
        group.push_back(each.group);
    }
    const auto figures = bootstrap(
        group, 3,
        [&](std::span<const double> weights, std::span<double> out) {
            std::ranges::fill(out, kUndefined);
            data.weight = weights;
            const auto extent = extent_of(data);
            if (!(extent.of_class[0] > 0 && extent.of_class[1] > 0)) return;
            out[2] = fit_shift(data, extent);
            if (parted(extent)) return;
            const auto line = fit_line(data, extent);
            if (line) out[0] = line->slope, out[1] = line->intercept;
        },
        rounds, seed);
    return {figures[0], figures[1], figures[2]};
}

std::vector<CalibrationGroup> calibration_groups(std::span<const Scored> scored, double temperature) {
    constexpr std::size_t kMost = 10, kLeast = 10;
    if (scored.empty()) return {};
    std::vector<Scored> rising(scored.begin(), scored.end());
    std::ranges::stable_sort(rising, {}, &Scored::logit);
    const std::size_t count = std::clamp<std::size_t>(rising.size() / kLeast, 1, kMost);
    std::vector<CalibrationGroup> groups(count);
    for (std::size_t g = 0; g < count; ++g) {
        const std::size_t from = g * rising.size() / count, to = (g + 1) * rising.size() / count;
        auto& group = groups[g];
        group.n = to - from;
        for (std::size_t i = from; i < to; ++i) {
            group.mean_p += calibrated(rising[i].logit, temperature);
            group.lusc += rising[i].label;
        }
        group.mean_p /= static_cast<double>(group.n);
        group.lusc /= static_cast<double>(group.n);
        group.ci95 = wilson_interval(group.lusc, group.n);
    }
    return groups;
}

}  // namespace slidetype
