// What follows a training: calibration, and the summary that the model directory keeps.
#include "model/learning/evaluation.h"
#include "model/learning/evaluation_json.h"

namespace slidetype {
namespace {

using nlohmann::ordered_json;

ordered_json augmentation_json(const Augmentation& how) {
    return {{"shear", how.shear},
            {"zoom", how.zoom},
            {"flip", how.flip},
            {"right_angles", how.right_angles},
            {"rotation_degrees", how.rotation_degrees},
            {"stain", how.stain},
            {"stain_vectors", how.stain_vectors},
            {"white_balance", how.white_balance},
            {"brightness", how.brightness},
            {"blur_px", how.blur_px},
            {"sharpening", how.sharpening},
            {"noise", how.noise},
            {"levels", how.levels},
            {"jpeg_quality", how.jpeg_quality},
            {"borders", how.borders}};
}

ordered_json training_json(const Dataset& dataset, const Split& split, const TrainOptions& options,
                           const FittedModel& fitted) {
    ordered_json out = {{"split", split.description},
                        {"train_tiles", split.train.size()},
                        {"validation_tiles", split.validation.size()},
                        {"groups_known", dataset.has_groups},
                        {"leaking_groups", leaking_groups(dataset, split)},
                        {"epochs", fitted.report.epochs.size()},
                        {"best_epoch", fitted.report.best_epoch},
                        {"fine_tuned", options.from.has_value()},
                        {"features_frozen", options.freeze_features},
                        {"batch", options.batch},
                        {"learning_rate", learning_rate(options)},
                        {"weight_decay", options.weight_decay},
                        {"label_smoothing", options.label_smoothing},
                        {"balance_classes", options.balance_classes},
                        {"averaging", options.averaging},
                        {"seed", options.seed},
                        {"device", fitted.report.device}};
    out["augmentation"] = augmentation_json(options.augmentation);
    out["validation"] = to_json(fitted.cross_calibrated);
    if (fitted.gate) out["validation"]["gate"] = to_json(*fitted.gate);
    out["validation"]["calibration_groups"] = fitted.calibration_groups;
    out["skipped_pictures"] = fitted.report.skipped.size() + dataset.problems.size();
    return out;
}

/// What is known of the model that training went on from.
SlidetypeConfig known_before(const TrainOptions& options) {
    return options.from && options.from->config.slidetype ? *options.from->config.slidetype : SlidetypeConfig{};
}

std::optional<GateConfig> fit_gate(std::span<const Scored> validation, const TrainOptions& options) {
    const auto before = known_before(options).gate;
    if (validation.empty()) return options.freeze_features ? before : std::nullopt;
    GateConfig gate;
    gate.temperature = fit_temperature(validation, before ? before->temperature : 1);
    gate.threshold = fit_gate_threshold(validation, gate.temperature);
    return gate;
}

}  // namespace

FittedModel describe_fit(const Dataset& dataset, const Split& split, const TrainOptions& options,
                         const std::string& model_name, TrainReport report) {
    FittedModel fitted;
    fitted.report = std::move(report);
    if (fitted.report.best_epoch == 0) return fitted;
    fitted.weights = fitted.report.weights;
    const auto& validation = fitted.report.validation;
    const auto& gate_validation = fitted.report.gate_validation;
    fitted.uncalibrated = measure(validation, 1);
    const double expected = expected_temperature(options);
    fitted.cross_calibrated = measure(cross_calibrated(validation, expected), 1);
    fitted.calibration_groups = group_count(validation);

    fitted.config = config_for(find_architecture(options.architecture), model_name);
    fitted.config.class_names = dataset.class_names;
    auto& ours = *fitted.config.slidetype;
    ours.input = options.input;
    ours.turns = turns_of(options);
    ours.temperature = fit_temperature(validation, expected);
    ours.gate = fit_gate(gate_validation, options);
    if (ours.gate && !gate_validation.empty())
        fitted.gate = measure_gate(gate_validation, ours.gate->temperature, ours.gate->threshold);
    ours.training = training_json(dataset, split, options, fitted).dump();
    return fitted;
}

double expected_temperature(const TrainOptions& options) {
    return known_before(options).temperature;
}

std::string few_groups_warning(const FittedModel& fitted, const TrainOptions& options) {
    constexpr std::size_t kEnough = 10;  // fewer hardly tell a temperature; see fit_temperature()
    const auto groups = fitted.calibration_groups;
    if (groups >= kEnough) return {};
    auto text = "Pictures of only " + std::to_string(groups) + (groups == 1 ? " group (slide" : " groups (slides") +
                " or source) validated, so the probabilities are hardly calibrated";
    return text + (options.from ? ": the temperature is nearly that of " + options.from->config.name + "." : ".");
}

FittedModel fit_model(const Dataset& dataset, const Split& split, const TrainOptions& options,
                      const std::string& model_name, const TrainCallbacks& callbacks) {
    return describe_fit(dataset, split, options, model_name, train_network(dataset, split, options, callbacks));
}

}  // namespace slidetype
