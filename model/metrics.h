#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace slidetype {

/// One scored tile with its truth.
struct Scored {
    float logit = 0;        ///< before calibration
    int label = 0;          ///< 0 LUAD, 1 LUSC
    std::size_t group = 0;  ///< tiles of one group are not independent
};

/// A figure with its 95 % interval (bootstrap over groups, percentile method).
struct Estimate {
    double value = 0;
    std::array<double, 2> ci95{};
};

struct Metrics {
    std::size_t n = 0, groups = 0;
    Estimate accuracy, auc, ece, brier;
    /// confusion[truth][call], the call being P(LUSC) > 0.5.
    std::array<std::array<std::size_t, 2>, 2> confusion{};
    double log_loss = 0;
};

/// P(LUSC) = 1 / (1 + exp(-logit / temperature)).
double calibrated(double logit, double temperature);

/// All figures at one temperature. The area under the ROC curve counts ties as one half (Mann-Whitney); the expected
/// calibration error has 15 bins of equal width over the confidence of the predicted class (Guo et al., ICML 2017);
/// Brier is the mean of (P - truth)². `rounds` = 0 leaves the intervals empty. Deterministic.
Metrics measure(std::span<const Scored> scored, double temperature, int rounds = 1000, std::uint64_t seed = 1);

/// The temperature of least log loss (Guo et al.), found by golden-section search on its logarithm in [0.05, 20].
double fit_temperature(std::span<const Scored> scored);

/// Logits divided by temperatures that were each fitted on the other half of the groups, so that calibration is not
/// measured on what it was fitted to. Take `measure(…, 1)` of the result.
std::vector<Scored> cross_calibrated(std::span<const Scored> scored, std::uint64_t seed = 1);

}  // namespace slidetype
