#include "model/metrics/conformal.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "base/words.h"

namespace slidetype {
namespace {

/// What a product may be off by, so that (19 + 1) × 0.95 is 19.
constexpr double kRounding = 1e-9;

void require_error(double error) {
    if (error > 0 && error < 0.5) return;
    throw Error(ErrorCode::usage, "stated error", "must be above 0 and below 0.5, such as 0.05");
}

void require_one_entry_each(std::span<const Scored> patients) {
    if (group_count(patients) == patients.size()) return;
    throw Error(ErrorCode::bad_data, "calibration", "a patient is listed more than once",
                "Give one probability per patient: slides of one patient are not independent.");
}

void require_enough(const std::array<std::vector<double>, 2>& of_class, double error) {
    const auto needed = conformal_patients_needed(error);
    if (of_class[0].size() >= needed && of_class[1].size() >= needed) return;
    const std::string why = needed > kConformalPatients ? "with fewer no threshold keeps so small an error"
                                                        : "what fewer say of new patients is worth no promise";
    throw Error(ErrorCode::bad_data, "calibration",
                "has " + counted(of_class[0].size(), "patient") + " with LUAD and " +
                    std::to_string(of_class[1].size()) + " with LUSC; to state an error of " + error_text(error) +
                    ", at least " + std::to_string(needed) + " of each are needed: " + why,
                "Add patients of known diagnosis whom the model was not trained on, or state a greater error.");
}

std::string probability(double p) {
    return "P(LUSC) of " + fixed(p, 3);
}

std::string by_thresholds(double p, ClassSet said, const ConformalThresholds& thresholds) {
    const auto error = error_text(thresholds.error);
    const auto patients = std::to_string(thresholds.n[0]) + " patients with LUAD and " +
                          std::to_string(thresholds.n[1]) + " with LUSC of the calibration";
    switch (said) {
        case ClassSet::either:
            return "A " + probability(p) + " is usual for LUAD and for LUSC among " + patients +
                   ", so neither can be ruled out at the stated error of " + error + ".";
        case ClassSet::none:
            return "A " + probability(p) + " is unusual for LUAD and for LUSC among " + patients +
                   ", so nothing is called.";
        case ClassSet::luad:
        case ClassSet::lusc:
            break;
    }
    const auto other = said == ClassSet::luad ? ClassSet::lusc : ClassSet::luad;
    return "A " + probability(p) + " rules out " + std::string(to_string(other)) + " by " + patients +
           ", at a stated error of " + error + " per class.";
}

}  // namespace

std::string_view to_string(ClassSet set) {
    switch (set) {
        case ClassSet::none:
            return "none";
        case ClassSet::luad:
            return "LUAD";
        case ClassSet::lusc:
            return "LUSC";
        case ClassSet::either:
            break;
    }
    return "either";
}

bool holds(ClassSet set, int label) {
    return set == ClassSet::either || set == (label == 1 ? ClassSet::lusc : ClassSet::luad);
}

bool is_call(ClassSet set) {
    return set == ClassSet::luad || set == ClassSet::lusc;
}

std::string error_text(double error) {
    constexpr int kMostDigits = 3;
    int digits = 0;
    double shown = 100 * error;
    for (; digits < kMostDigits && std::abs(shown - std::round(shown)) > kRounding; ++digits) shown *= 10;
    return percent(error, digits);
}

std::size_t conformal_patients_needed(double error) {
    require_error(error);
    const auto for_rank = static_cast<std::size_t>(std::ceil((1 - error) / error - kRounding));
    return std::max(kConformalPatients, for_rank);
}

std::size_t conformal_rank(std::size_t n, double error) {
    return static_cast<std::size_t>(std::ceil(static_cast<double>(n + 1) * (1 - error) - kRounding));
}

ConformalThresholds fit_conformal(std::span<const Scored> patients, double temperature, double error) {
    require_error(error);
    require_one_entry_each(patients);
    std::array<std::vector<double>, 2> strangeness;
    for (const auto& each : patients) {
        const double p = calibrated(each.logit, temperature);
        strangeness[static_cast<std::size_t>(each.label)].push_back(each.label == 1 ? 1 - p : p);
    }
    require_enough(strangeness, error);
    ConformalThresholds out;
    out.error = error;
    for (std::size_t label = 0; label < 2; ++label) {
        auto& of_class = strangeness[label];
        std::ranges::sort(of_class);
        out.n[label] = of_class.size();
        out.q[label] = of_class[conformal_rank(of_class.size(), error) - 1];
    }
    return out;
}

ClassSet prediction_set(double p, const ConformalThresholds& thresholds) {
    const bool luad = p <= thresholds.q[0], lusc = 1 - p <= thresholds.q[1];
    if (luad && lusc) return ClassSet::either;
    if (luad) return ClassSet::luad;
    return lusc ? ClassSet::lusc : ClassSet::none;
}

CallDecision decide_call(double p, const std::optional<ConformalThresholds>& thresholds,
                         const std::optional<std::array<double, 2>>& interval) {
    constexpr double kHalf = 0.5;
    if (thresholds) {
        const auto said = prediction_set(p, *thresholds);
        return {said, by_thresholds(p, said, *thresholds)};
    }
    const auto side = p > kHalf ? ClassSet::lusc : ClassSet::luad;
    if (!interval) {
        return {side, "A " + probability(p) + " lies on the side of " + std::string(to_string(side)) +
                          "; the model has no thresholds, so no error is stated."};
    }
    const auto [low, high] = *interval;
    const auto range = "The 95 % interval of P(LUSC), " + fixed(low, 3) + " to " + fixed(high, 3) + ", ";
    if (low <= kHalf && high >= kHalf) return {ClassSet::either, range + "contains one half."};
    return {side, range + "lies on the side of " + std::string(to_string(side)) +
                      "; the model has no thresholds, so no error is stated."};
}

}  // namespace slidetype
