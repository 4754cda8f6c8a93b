#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/backends/backend.h"
#include "model/data/dataset.h"
#include "model/metrics/metrics.h"
#include "model/network/model_directory.h"
#include "model/training/training.h"

namespace slidetype {

/// How many pictures of a class the model holds for unlike what it was trained on.
struct Unfamiliar {
    int label = 0;  ///< index into Dataset::class_names, or kBenignLabel
    std::size_t n = 0;
    Estimate share;
};

/// What a model says of labelled pictures, and how well it fits the truth. Scored::group numbers the groups of the
/// whole dataset, so that the `scored` of several folds can be put together and measured as one.
struct Measured {
    std::vector<Scored> scored;          ///< LUAD and LUSC pictures; logits after the model's temperature
    Metrics metrics;                     ///< of these; the gate takes no part
    std::vector<Scored> gate_scored;     ///< every picture, label 1 = tumour; empty where the model has no gate
    std::optional<GateMetrics> gate;     ///< at the model's threshold
    std::vector<Unfamiliar> unfamiliar;  ///< per class that has pictures; empty where the model does not know
};

/// How a model does on labelled pictures.
struct Evaluation : Measured {
    struct Shifted : Measured {
        std::string name, description;
    };
    std::vector<Shifted> shift;        ///< the same pictures after each of picture_shifts(), if asked for
    std::vector<std::string> skipped;  ///< pictures that could not be read, with the reason
    std::size_t benign_left_out = 0;   ///< benign pictures of a model that has neither gate nor guard
    std::string backend;               ///< what computed it, such as "libtorch 1.13.1, CPU"
};

struct EvaluationOptions {
    int threads = 1;
    bool shifts = false;
    Backend backend = Backend::automatic;
};

/// Scores the pictures of `members` (indices into the dataset), each brought to the model's patch size whole.
/// The model must have the classes LUAD and LUSC, in this order. Byte-identical for any number of threads.
/// `progress(done, total)` may be called from any thread, one at a time. Throws Error(bad_model | bad_data).
Evaluation evaluate_model(const ModelDirectory& model, const Dataset& dataset, std::span<const std::size_t> members,
                          const EvaluationOptions& options,
                          const std::function<void(std::size_t, std::size_t)>& progress = {});
/// The same with a model that is open already.
Evaluation evaluate_model(const ModelDirectory& model, Classifier& classifier, const Dataset& dataset,
                          std::span<const std::size_t> members, const EvaluationOptions& options,
                          const std::function<void(std::size_t, std::size_t)>& progress = {});
/// Opens a model for that, before data are read or cut for it. Throws what open_classifier() throws, and
/// Error(bad_model) where its classes are not LUAD and LUSC.
std::unique_ptr<Classifier> open_for_evaluation(const ModelDirectory& model, Backend backend);

/// How the pictures of one group and class were called.
struct GroupFigures {
    std::string group;
    int label = 0;
    std::size_t n = 0;
    double accuracy = 0;
    double mean_p_truth = 0;  ///< mean of the probability that the true class was given
};
/// Per group and class, lowest accuracy first, then lowest probability of the truth, then by name.
/// `scored`: LUAD and LUSC pictures of this dataset.
std::vector<GroupFigures> group_figures(const Dataset& dataset, std::span<const Scored> scored, double temperature = 1);

/// {"n": …, "groups": …, "accuracy": …, "accuracy_ci95": [low, high], "auc": …, …, "confusion": [[..], [..]],
/// "gate": {…}, "unfamiliar": {class: {…}}, "shift": {name: {…}}, "by_group": […]} as JSON text; undefined figures are
/// null, "by_group" is there where `groups` has any.
std::string to_json(const Evaluation& evaluation, std::span<const GroupFigures> groups = {});

/// A trained model with what was measured on its validation pictures.
struct FittedModel {
    ModelConfig config;  ///< with temperature, gate and training summary
    Weights weights;
    TrainReport report;
    Metrics uncalibrated;      ///< validation, temperature 1
    Metrics cross_calibrated;  ///< validation, each half calibrated on the other half's groups: the honest figure
    std::size_t calibration_groups = 0;  ///< groups that the temperature was fitted to; one alone has no other half
    std::optional<GateMetrics> gate;     ///< validation, at the threshold that was fitted to it
};

/// Fits the temperatures and the gate's threshold on the validation pictures of the best epoch and fills in the model's
/// config. Where training went on from a model, few groups leave its temperature nearly as it is; a gate that did not
/// learn on features that did not change is that model's.
FittedModel describe_fit(const Dataset& dataset, const Split& split, const TrainOptions& options,
                         const std::string& model_name, TrainReport report);

/// The temperature that is held to where few groups validate: that of the model that training went on from, else 1.
double expected_temperature(const TrainOptions& options);

/// What to say where too few groups validated to calibrate the model; empty where they are enough.
std::string few_groups_warning(const FittedModel& fitted, const TrainOptions& options);

/// train_network(), then describe_fit(). Throws what train_network() throws.
FittedModel fit_model(const Dataset& dataset, const Split& split, const TrainOptions& options,
                      const std::string& model_name, const TrainCallbacks& callbacks);

}  // namespace slidetype
