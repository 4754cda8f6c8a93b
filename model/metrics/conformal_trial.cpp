#include "model/metrics/conformal_trial.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "model/metrics/conformal.h"
#include "model/metrics/intervals.h"

namespace slidetype {
namespace {

/// What happened to the tried patients of one split.
struct Tried {
    std::array<std::size_t, 2> missed{};
    std::size_t called = 0, wrong = 0;
};

Tried try_thresholds(std::span<const Scored> patients, double temperature, const ConformalThresholds& thresholds) {
    Tried out;
    for (const auto& each : patients) {
        const auto set = prediction_set(calibrated(each.logit, temperature), thresholds);
        if (!holds(set, each.label)) ++out.missed[static_cast<std::size_t>(each.label)];
        if (!is_call(set)) continue;
        ++out.called;
        if (!holds(set, each.label)) ++out.wrong;
    }
    return out;
}

double share(std::size_t part, std::size_t all) {
    return static_cast<double>(part) / static_cast<double>(all);
}

}  // namespace

ConformalTrial try_conformal(std::span<const Scored> patients, double temperature, double error, int splits,
                             double calibration, std::uint64_t seed) {
    std::array<std::vector<Scored>, 2> of_label;
    for (const auto& each : patients) of_label[static_cast<std::size_t>(each.label)].push_back(each);
    ConformalTrial trial;
    trial.stated = error, trial.splits = splits;
    std::size_t tried = 0;
    for (std::size_t label = 0; label < 2; ++label) {
        auto& of_class = trial.of_class[label];
        const auto all = static_cast<double>(of_label[label].size());
        of_class.calibration = static_cast<std::size_t>(std::round(calibration * all));
        of_class.tried = of_label[label].size() - of_class.calibration;
        if (of_class.tried == 0) {
            throw Error(ErrorCode::bad_data, "calibration", "leaves no patient of a class to try the thresholds on");
        }
        tried += of_class.tried;
    }
    Random random(seed);
    std::array<double, 2> sum{}, squares{};
    std::size_t called = 0, wrong = 0;
    for (int split = 0; split < splits; ++split) {
        std::vector<Scored> fitted_on, tried_on;
        for (std::size_t label = 0; label < 2; ++label) {
            auto& all = of_label[label];
            random.shuffle(all);
            const auto middle = all.begin() + static_cast<std::ptrdiff_t>(trial.of_class[label].calibration);
            fitted_on.insert(fitted_on.end(), all.begin(), middle);
            tried_on.insert(tried_on.end(), middle, all.end());
        }
        const auto result = try_thresholds(tried_on, temperature, fit_conformal(fitted_on, temperature, error));
        for (std::size_t label = 0; label < 2; ++label) {
            const double missed = share(result.missed[label], trial.of_class[label].tried);
            sum[label] += missed, squares[label] += missed * missed;
        }
        called += result.called, wrong += result.wrong;
    }
    for (std::size_t label = 0; label < 2; ++label) {
        auto& of_class = trial.of_class[label];
        of_class.missed = sum[label] / splits;
        of_class.deviation = std::sqrt(std::max(0.0, squares[label] / splits - of_class.missed * of_class.missed));
        of_class.expected = 1 - share(conformal_rank(of_class.calibration, error), of_class.calibration + 1);
    }
    trial.called = share(called, tried) / splits;
    trial.wrong = called > 0 ? share(wrong, called) : kUndefined;
    return trial;
}

std::size_t conformal_trial_patients_needed(double error) {
    return 2 * conformal_patients_needed(error);
}

ConformalTrials try_stated_errors(std::span<const Scored> patients, double temperature) {
    std::array<std::size_t, 2> count{};
    for (const auto& each : patients) ++count[static_cast<std::size_t>(each.label)];
    ConformalTrials out;
    for (const double error : kTriedErrors) {
        const auto needed = conformal_trial_patients_needed(error);
        if (std::min(count[0], count[1]) >= needed) {
            out.trials.push_back(try_conformal(patients, temperature, error));
        } else if (out.why_not.empty()) {
            out.why_not = "that needs " + std::to_string(needed) +
                          " patients of each class, half of them for the calibration, and there are " +
                          std::to_string(count[0]) + " with LUAD and " + std::to_string(count[1]) + " with LUSC";
        }
    }
    return out;
}

}  // namespace slidetype
