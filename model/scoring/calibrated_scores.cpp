#include "model/scoring/calibrated_scores.h"

#include <cmath>

#include "base/error.h"
#include "model/metrics/metrics.h"

namespace slidetype {

ScoreCalibration::ScoreCalibration(const ModelDirectory& model)
    : config_(*model.config.slidetype), source_(model.path.string()) {
    if (config_.familiarity) distance_.emplace(model.familiarity);
}

void ScoreCalibration::append(const NetworkValues& values, TileScores& scores) const {
    for (const float logit : values.logits) {
        const double p = finite(calibrated(logit, config_.temperature));
        scores.probabilities.push_back(static_cast<float>(1 - p));
        scores.probabilities.push_back(static_cast<float>(p));
    }
    if (config_.gate) {
        for (const float gate : values.gate) {
            scores.tumour.push_back(static_cast<float>(finite(calibrated(gate, config_.gate->temperature))));
        }
    }
    if (!distance_) return;
    for (const double distance : (*distance_)(values.features)) {
        scores.strangeness.push_back(static_cast<float>(finite(distance / config_.familiarity->threshold)));
    }
}

double ScoreCalibration::finite(double value) const {
    if (!std::isfinite(value)) throw Error(ErrorCode::bad_model, source_, "the network gives no finite number");
    return value;
}

}  // namespace slidetype
