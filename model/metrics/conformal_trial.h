#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/metrics/metrics.h"

namespace slidetype {

/// What a stated error is worth on patients of known diagnosis: thresholds from a part of them, tried on the others,
/// over many ways to part them.
struct ConformalTrial {
    double stated = 0;
    int splits = 0;
    struct OfClass {
        std::size_t calibration = 0, tried = 0;  ///< patients in each split
        double missed = 0;     ///< share of the tried ones whose set lacks their class: mean over the splits …
        double deviation = 0;  ///< … and standard deviation over them
        /// What the mean must come to where no two patients have the same P: 1 - rank / (n + 1), never above `stated`.
        double expected = 0;
    };
    std::array<OfClass, 2> of_class;
    double called = 0;  ///< share of the tried patients that are called LUAD or LUSC, mean over the splits
    double wrong = 0;   ///< share of wrong calls among the called ones of all splits; NaN where none is called
};

/// Each split draws the share `calibration` of the patients of each class for the calibration and tries the thresholds
/// on the rest. One entry per patient. Deterministic. Throws what fit_conformal() throws, and Error(bad_data) where
/// nobody is left to be tried.
ConformalTrial try_conformal(std::span<const Scored> patients, double temperature, double error, int splits = 200,
                             double calibration = 0.5, std::uint64_t seed = 1);

/// The errors that reports try.
inline constexpr std::array<double, 3> kTriedErrors = {0.05, 0.1, 0.2};
/// Patients of each class that it takes to try an error on halves: both halves have as many as thresholds need.
std::size_t conformal_trial_patients_needed(double error);

/// What came of trying kTriedErrors.
struct ConformalTrials {
    std::vector<ConformalTrial> trials;  ///< of the errors for which there are enough patients
    std::string why_not;                 ///< why not all of them: "that needs 40 patients …"; else empty
};
/// try_conformal() on halves, for each of kTriedErrors that has enough patients. One entry per patient. Deterministic.
ConformalTrials try_stated_errors(std::span<const Scored> patients, double temperature);

}  // namespace slidetype
