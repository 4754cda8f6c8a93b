#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/metrics/metrics.h"

namespace slidetype {

/// What is wrong among the cases that are called where the least certain are left undecided. The certainty of a case is
/// the probability of the class that it is called.
struct CoveragePoint {
    double coverage = 1;     ///< share of the cases that is called
    std::size_t called = 0;  ///< how many these are
    double certainty = 0;    ///< of the least certain one that is called
    Estimate error;          ///< share of wrong calls among them
};

struct CoverageCurve {
    std::vector<CoveragePoint> points;  ///< of every certainty, most certain first, without intervals (NaN)
    std::vector<CoveragePoint> at;      ///< the shares that were asked for, with intervals by group
};

/// Shares that a page shows.
inline constexpr double kShownCoverages[] = {1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5};

/// In `points` cases of equal certainty are called together. At a share that was asked for, its product with the number
/// of cases is rounded up, and of cases of equal certainty, of which some alone are called, each counts as a part: the
/// mean over all choices. Each round of the bootstrap orders its own cases; where nothing is wrong
/// the interval is Wilson's for the number of groups that are called. Empty input gives empty lists.
CoverageCurve coverage_curve(std::span<const Scored> scored, double temperature,
                             std::span<const double> shares = kShownCoverages, int rounds = 1000,
                             std::uint64_t seed = 1);

}  // namespace slidetype
