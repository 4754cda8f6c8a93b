#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/metrics/metrics.h"

namespace slidetype {

/// How far probabilities can be believed as a whole (Van Calster et al., BMC Medicine 2019): the logistic regression of
/// the truth on the logit of P(LUSC). NaN is "not estimable": one class is missing, or a value of P tells the classes
/// apart without an error, so that no finite line fits best. An interval is NaN also where that happens in more than
/// one round of the bootstrap in twenty.
struct CalibrationLine {
    Estimate slope;         ///< 1 is right, below it probabilities are too extreme, above it too timid
    Estimate intercept;     ///< of the same line; 0 is right where the slope is 1
    Estimate in_the_large;  ///< intercept where the slope is held at 1: above 0, LUSC is more frequent than P says
};
/// Intervals by groups, as those of measure(). Deterministic.
CalibrationLine calibration_line(std::span<const Scored> scored, double temperature, int rounds = 1000,
                                 std::uint64_t seed = 1);

/// Cases of neighbouring P(LUSC).
struct CalibrationGroup {
    std::size_t n = 0;
    double mean_p = 0;             ///< mean P(LUSC)
    double lusc = 0;               ///< share that is LUSC
    std::array<double, 2> ci95{};  ///< of that share, by Wilson's score: cases taken as independent
};
/// Groups of as equal a number of cases as there can be, with rising P: ten of them, or fewer so that each has ten
/// cases, but one at least. Cases of equal P are not kept together. Empty for no case.
std::vector<CalibrationGroup> calibration_groups(std::span<const Scored> scored, double temperature);

}  // namespace slidetype
