#include "bench/cross_validation/network.h"

#include <algorithm>

#include "base/error.h"
#include "base/stopwatch.h"
#include "model/learning/evaluation.h"
#include "model/network/architecture.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

/// Without temperatures, so that raw logits come out.
ModelDirectory uncalibrated(ModelDirectory model) {
    if (model.config.slidetype) {
        model.config.slidetype->temperature = 1;
        if (model.config.slidetype->gate) model.config.slidetype->gate->temperature = 1;
    }
    return model;
}

std::vector<std::size_t> tiles_of(const std::vector<Scored>& scored) {
    std::vector<std::size_t> tiles;
    tiles.reserve(scored.size());
    for (const auto& each : scored) tiles.push_back(each.tile);
    return tiles;
}

/// The logits, which must be those of `tiles` in this order.
std::vector<double> logits_of(const std::vector<Scored>& scored, const std::vector<std::size_t>& tiles) {
    if (tiles_of(scored) != tiles) throw Error(ErrorCode::internal, "cross-validation", "pictures changed places");
    std::vector<double> logits;
    logits.reserve(scored.size());
    for (const auto& each : scored) logits.push_back(static_cast<double>(each.logit));
    return logits;
}

void add_scores(UnitResult& result, const Dataset& dataset, const UnitSplit& split, const ModelDirectory& model,
                int threads, const Say& say) {
    EvaluationOptions options;
    options.threads = threads;
    options.shifts = result.unit.scheme != Scheme::cluster;
    const auto evaluation =
        evaluate_model(uncalibrated(model), dataset, split.test, options, [&](std::size_t done, std::size_t total) {
            if (done == total || done % 400 < 8) {
                say("scored " + std::to_string(done) + " of " + std::to_string(total) + " pictures");
            }
        });
    if (!evaluation.skipped.empty()) {
        throw Error(ErrorCode::bad_data, evaluation.skipped.front(), "figures of fewer pictures cannot be compared");
    }
    const auto tiles = tiles_of(evaluation.scored);
    result.pictures = pictures_of(dataset, tiles);
    result.logits[kPlain] = logits_of(evaluation.scored, tiles);
    for (const auto& shift : evaluation.shift) result.logits[shift.name] = logits_of(shift.scored, tiles);
    const auto gate_tiles = tiles_of(evaluation.gate_scored);
    result.gate_pictures = pictures_of(dataset, gate_tiles);
    result.gate_logits = logits_of(evaluation.gate_scored, gate_tiles);
}

/// Of those that teach LUAD against LUSC (and the gate beside it); the others teach the gate alone.
std::vector<std::size_t> teaching_subtypes(const Dataset& dataset, const std::vector<std::size_t>& members) {
    std::vector<std::size_t> out;
    std::ranges::copy_if(members, std::back_inserter(out), [&](std::size_t i) { return !dataset.tiles[i].gate_only; });
    return out;
}

/// Trains a model into `folder`, unless an earlier run has; an interrupted training goes on.
void train_into(const fs::path& folder, const Dataset& dataset, Split split, TrainOptions options,
                const std::string& name, const Say& say) {
    if (fs::exists(folder / "config.json")) return;
    fs::create_directories(folder);
    options.checkpoint = folder / "checkpoint";
    options.resume = true;
    if (!options.gate) {
        split.train = tumour_only(dataset, split.train);
        split.validation = tumour_only(dataset, split.validation);
    }
    TrainCallbacks callbacks;
    callbacks.epoch_done = [&](const EpochReport& epoch) {
        say("epoch " + std::to_string(epoch.epoch) + ": loss " + std::to_string(epoch.train_loss) + ", accuracy " +
            std::to_string(epoch.train_accuracy) + "; held out: accuracy " +
            std::to_string(epoch.validation.accuracy.value) + "; " + std::to_string(static_cast<int>(epoch.seconds)) +
            " s");
    };
    const auto fitted = fit_model(dataset, split, options, name, callbacks);
    write_model_directory(folder, fitted.config, fitted.weights, StorageType::f32);
    fs::remove(options.checkpoint);
}

}  // namespace

UnitResult score_network(const Dataset& dataset, const Unit& unit, const std::string& label,
                         const ModelDirectory& model, const std::string& epoch_choice, int threads, const Say& say) {
    const auto split = split_of(dataset, unit);
    const auto& architecture = find_architecture(model.config.architecture);
    UnitResult result;
    result.label = label;
    result.is_network = true;
    result.description = architecture.name + ", " + std::to_string(model.config.patch_size_px) + " px";
    result.input = to_string(input_of(model.config));
    result.parameters = parameter_count(architecture);
    if (model.config.slidetype) result.training = model.config.slidetype->training;
    result.epoch_choice = epoch_choice;
    result.unit = unit;
    result.split = split.description;
    result.train_pictures = tumour_only(dataset, split.train).size();
    result.data_sha256 = fingerprint(dataset);
    add_scores(result, dataset, split, model, threads, say);
    return result;
}

UnitResult run_network(const Dataset& dataset, const Unit& unit, const NetworkRun& run, const Say& say) {
    const auto begin = Clock::now();
    const auto split = split_of(dataset, unit);
    const auto folder = run.work / (run.label + "." + name_of(unit));
    auto options = run.options;
    options.keep_last_epoch = split.validation_is_test;
    const auto lung = teaching_subtypes(dataset, split.train);
    const bool scanner_tissue = lung.size() < split.train.size();
    const auto first = scanner_tissue ? fs::path(folder.string() + ".features") : folder;
    train_into(first, dataset, {lung, split.validation, {}, split.description}, options, run.label, say);
    if (scanner_tissue) {
        options.from = read_model_directory(first);
        options.freeze_features = true;
        options.epochs = run.gate_epochs;
        train_into(folder, dataset, {split.train, split.validation, {}, split.description}, options, run.label, say);
    }
    const double seconds = seconds_since(begin);
    auto result =
        score_network(dataset, unit, run.label, read_model_directory(folder),
                      split.validation_is_test ? "last epoch" : "lowest validation loss", run.options.threads, say);
    result.seconds = seconds;
    return result;
}

}  // namespace slidetype::bench
