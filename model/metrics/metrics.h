#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace slidetype {

/// One scored tile with its truth.
struct Scored {
    float logit = 0;        ///< before calibration
    int label = 0;          ///< 0 LUAD, 1 LUSC
    std::size_t group = 0;  ///< tiles of one group are not independent
    std::size_t tile = 0;   ///< which one: index into Dataset::tiles where it comes from a dataset
};

/// A figure with its 95 % interval (bootstrap over groups, percentile method). NaN where it is undefined, such as the
/// sensitivity for a class that has no tiles; the interval also where the tiles that count are all of one group.
struct Estimate {
    double value = 0;
    std::array<double, 2> ci95{};
};

/// Tiles whose confidence (the probability of the class they are called) lies in one of equal steps of 0 … 1.
struct CalibrationBin {
    std::size_t count = 0;
    double confidence = 0;  ///< mean; 0 where the bin is empty
    double accuracy = 0;    ///< share called rightly; 0 where the bin is empty
};
inline constexpr std::size_t kCalibrationBins = 15;

struct Metrics {
    std::size_t n = 0, groups = 0;
    Estimate accuracy, auc, ece, brier;
    Estimate balanced_accuracy;  ///< mean of the two sensitivities
    /// Share of the tiles of each class that are called so. With two classes the specificity for one class is the
    /// sensitivity for the other.
    std::array<Estimate, 2> sensitivity;
    /// confusion[truth][call], the call being P(LUSC) > 0.5.
    std::array<std::array<std::size_t, 2>, 2> confusion{};
    double log_loss = 0;
    std::array<double, 2> log_loss_ci95{};
    std::array<CalibrationBin, kCalibrationBins> calibration{};

    const Estimate& specificity(std::size_t label) const { return sensitivity[1 - label]; }
};

/// P(LUSC) = 1 / (1 + exp(-logit / temperature)).
double calibrated(double logit, double temperature);

/// All figures at one temperature. The area under the ROC curve counts ties as one half (Mann-Whitney); the expected
/// calibration error has 15 bins of equal width over the confidence of the predicted class (Guo et al., ICML 2017);
/// Brier is the mean of (P - truth)². `rounds` = 0 leaves the intervals empty; rounds that drew no tile of a class
/// leave out the figures that need one. Deterministic.
Metrics measure(std::span<const Scored> scored, double temperature, int rounds = 1000, std::uint64_t seed = 1);

/// How a tumour gate does. In its tiles label 1 is tumour and 0 benign, and the logit is the gate's.
struct GateMetrics {
    double threshold = 0;  ///< tiles of P(tumour) below it are refused
    std::size_t tumour = 0, benign = 0, groups = 0;
    Estimate auc;
    Estimate sensitivity;  ///< share of the tumour tiles that are kept
    Estimate specificity;  ///< share of the benign tiles that are refused
};
GateMetrics measure_gate(std::span<const Scored> scored, double temperature, double threshold, int rounds = 1000,
                         std::uint64_t seed = 1);

/// Share of the tiles that are hit, `group[i]` being the group of tile i.
Estimate measure_share(const std::vector<bool>& hit, std::span<const std::size_t> group, int rounds = 1000,
                       std::uint64_t seed = 1);

/// A corner of the ROC curve of label 1 against label 0, both axes 0 … 1.
struct RocPoint {
    double false_positive_rate = 0, true_positive_rate = 0;
};
/// From (0, 0) to (1, 1) with falling threshold, corners only; tiles of equal logit make one sloping piece. Empty where
/// a class has no tiles.
std::vector<RocPoint> roc_curve(std::span<const Scored> scored);

/// Number of different groups of the tiles.
std::size_t group_count(std::span<const Scored> scored);

/// The temperature of least log loss (Guo et al.), held to `expected` by few groups: most probable where its logarithm
/// is normal around that of `expected` with deviation 1, every group counting as one observation. Without that, tiles
/// that are all told apart would send it to nought. Golden-section search on the logarithm in [0.05, 20].
double fit_temperature(std::span<const Scored> scored, double expected = 1);

/// Logits divided by temperatures that were each fitted on the other half of the groups, so that calibration is not
/// measured on what it was fitted to. Take `measure(…, 1)` of the result. A single group has no other half: its logits
/// are divided by `expected`.
std::vector<Scored> cross_calibrated(std::span<const Scored> scored, double expected = 1, std::uint64_t seed = 1);

/// The threshold of a gate: the value of P(tumour) that keeps 99 % of the tumour tiles, but never above 0.5. Empty
/// input gives 0.5.
double fit_gate_threshold(std::span<const Scored> scored, double temperature);

}  // namespace slidetype
