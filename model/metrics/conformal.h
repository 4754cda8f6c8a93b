#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/metrics/metrics.h"

namespace slidetype {

/// The classes that a case may be of by what was said: one, both, or neither. The numbers are those of the tables that
/// count them.
enum class ClassSet { none, luad, lusc, either };
inline constexpr std::size_t kClassSets = 4;
/// "none", "LUAD", "LUSC", "either".
std::string_view to_string(ClassSet set);
/// Whether the set has the class (0 LUAD, 1 LUSC).
bool holds(ClassSet set, int label);
/// LUAD alone or LUSC alone.
bool is_call(ClassSet set);

/// What split-conformal prediction per class (Vovk et al., 2005; "Mondrian") takes from calibration patients. A case
/// may be of a class where 1 - P(class) is at most the class' q. Of new patients of each class who are like those of
/// the calibration, at most the share `error` then gets a set without their class: on average over calibrations, and
/// whether or not the model's probabilities are right. It promises nothing for patients of another kind, nothing for a
/// single patient, and not that at most that share of the *calls* is wrong.
struct ConformalThresholds {
    double error = 0.05;
    std::array<double, 2> q{};       ///< per class, of 1 - P(class)
    std::array<std::size_t, 2> n{};  ///< calibration patients per class
};

/// Fewer calibration patients of a class than that promise nothing that is worth stating.
inline constexpr std::size_t kConformalPatients = 20;
/// "5 %", "2.5 %"
std::string error_text(double error);
/// The fewest patients of a class from which an error may be stated: below (1 - error) / error no value of q would do.
std::size_t conformal_patients_needed(double error);

/// Which of the sorted values of n calibration patients becomes q, counted from 1: ceil((n + 1)(1 - error)).
std::size_t conformal_rank(std::size_t n, double error);

/// Per class the conformal_rank()-th smallest of 1 - P(class) of its patients. One entry per patient, group
/// being the patient: tiles or slides of one patient are not exchangeable. P is taken at the temperature, which must
/// be the one that prediction_set() is asked at; which it is does not matter.
/// Throws Error(usage) for an error that is not above 0 and below 0.5, and Error(bad_data) where a class has too few
/// patients, or a patient has more than one entry.
ConformalThresholds fit_conformal(std::span<const Scored> patients, double temperature, double error);

/// The classes with 1 - P(class) <= q; `p` is P(LUSC). `none`: P is unusual for LUAD as well as for LUSC, as it can be
/// where the classes are told apart with fewer errors than were allowed. Nothing is called then, as with `either`, but
/// it is another thing: not too little evidence, but evidence as hardly any calibration patient gave it. It counts
/// towards the stated error.
ClassSet prediction_set(double p, const ConformalThresholds& thresholds);

/// What is said of a case, and why.
struct CallDecision {
    ClassSet said = ClassSet::either;
    std::string reason;  ///< one sentence for a pathologist
};

/// With thresholds these decide alone. Without, the interval of P(LUSC), if there is one, must lie on one side of one
/// half; without that the side of P decides, and no error is stated. P above one half is LUSC, all else LUAD.
CallDecision decide_call(double p, const std::optional<ConformalThresholds>& thresholds,
                         const std::optional<std::array<double, 2>>& interval = {});

}  // namespace slidetype
