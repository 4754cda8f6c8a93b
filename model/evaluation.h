#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/dataset.h"
#include "model/metrics.h"
#include "model/model_directory.h"
#include "model/training.h"

namespace slidetype {

/// How a model does on labelled pictures.
struct Evaluation {
    Metrics metrics;
    struct Shifted {
        std::string name, description;
        Metrics metrics;
    };
    std::vector<Shifted> shift;        ///< the same pictures after each of picture_shifts(), if asked for
    std::vector<std::string> skipped;  ///< pictures that could not be read, with the reason
};

struct EvaluationOptions {
    int threads = 1;
    bool shifts = false;
};

/// Scores the pictures of `members` (indices into the dataset), each brought to the model's patch size whole.
/// The model must have the classes LUAD and LUSC, in this order. Byte-identical for any number of threads.
/// `progress(done, total)` may be called from any thread, one at a time. Throws Error(bad_model | bad_data).
Evaluation evaluate_model(const ModelDirectory& model, const Dataset& dataset, std::span<const std::size_t> members,
                          const EvaluationOptions& options,
                          const std::function<void(std::size_t, std::size_t)>& progress = {});

/// {"n": …, "groups": …, "accuracy": …, "accuracy_ci95": [low, high], "auc": …, …, "confusion": [[..], [..]],
/// "shift": {name: {…}}} as JSON text.
std::string to_json(const Evaluation& evaluation);

/// A trained model with what was measured on its validation pictures.
struct FittedModel {
    ModelConfig config;  ///< with temperature and training summary
    Weights weights;
    TrainReport report;
    Metrics uncalibrated;      ///< validation, temperature 1
    Metrics cross_calibrated;  ///< validation, each half calibrated on the other half's groups: the honest figure
};

/// Fits the temperature on the validation pictures of the best epoch and fills in the model's config.
FittedModel describe_fit(const Dataset& dataset, const Split& split, const TrainOptions& options,
                         const std::string& model_name, TrainReport report);

/// train_network(), then describe_fit(). Throws what train_network() throws.
FittedModel fit_model(const Dataset& dataset, const Split& split, const TrainOptions& options,
                      const std::string& model_name, const TrainCallbacks& callbacks);

}  // namespace slidetype
