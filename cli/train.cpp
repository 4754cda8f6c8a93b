// slidetype train DATA... -o MODEL
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "base/allocator.h"
#include "base/atomic_file.h"
#include "base/error.h"
#include "base/parallel.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/labelled_data.h"
#include "cli/metrics_table.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/train_attended.h"
#include "cli/train_diagnoses.h"
#include "cli/train_options.h"
#include "cli/waiting.h"
#include "model/backends/backend.h"
#include "model/backends/library_versions.h"
#include "model/backends/self_test.h"
#include "model/exchange/wsinfer_export.h"
#include "model/learning/domain_check_fit.h"
#include "model/learning/evaluation.h"
#include "model/learning/familiarity_guard.h"
#include "model/report/training_report.h"
#include "model/scoring/classifier.h"
#include "model/training/torch_module.h"
#include "plugin/analysis/engine.h"
#include "plugin/cohorts/cohort_bags.h"

namespace slidetype {
namespace {

constexpr std::size_t kExamples = 8;  ///< pictures before and after variation in the report

struct TrainCommand {
    LabelledDataArguments data;
    TrainArguments training;
    DiagnosisArguments diagnoses;
    AttendedArguments attended;
    std::filesystem::path output;
    std::string name, good_for, storage = "f16";
    int threads = 0;
    bool no_guard = false, quiet = false;
};

void describe(const TrainOptions& options, const Dataset& dataset, const Split& split) {
    print("{}{}: {} parameters, input {}, {} epochs, batch {}, seed {}\n", options.architecture,
          options.from ? " from " + options.from->config.name : "",
          parameter_count(find_architecture(options.architecture)), to_string(input_of(options)), options.epochs,
          options.batch, options.seed);
    if (options.freeze_features) {
        const bool gate = options.gate && has_benign(dataset, split.train);
        print("Only the last layer{} learn{}; the features{} and what is familiar stay those of {}\n",
              gate ? " and the tumour gate" : "", gate ? "" : "s", gate ? "" : ", the tumour gate",
              options.from->config.name);
    }
    std::fflush(stdout);
}

TrainCallbacks make_callbacks(std::optional<Progress>& bar, const TrainOptions& options, bool quiet) {
    TrainCallbacks callbacks;
    callbacks.progress = [&bar, quiet, last = std::string()](const TrainProgress& now) mutable {
        const auto title = fmt::format("epoch {}/{}{}", now.epoch, now.epochs, now.validating ? " validating" : "");
        if (title != last) bar.reset();
        if (!bar) bar.emplace(title, "pictures", quiet);
        last = title;
        bar->update(now.done, now.total, fmt::format("loss {:.4f}, accuracy {:.3f}", now.loss, now.accuracy));
    };
    callbacks.epoch_done = [&bar, epochs = options.epochs](const EpochReport& epoch) {
        bar.reset();
        const int left = epochs - epoch.epoch;
        const auto rest = left > 0 ? fmt::format("; about {} left", duration_text(epoch.seconds * left)) : "";
        print(
            "epoch {:3}: loss {:.4f}, accuracy {:.4f}; validation: loss {:.4f}, accuracy {:.4f}, AUC {:.4f}; {}, "
            "waited {:.1f} s for pictures{}\n",
            epoch.epoch, epoch.train_loss, epoch.train_accuracy, epoch.validation.log_loss,
            epoch.validation.accuracy.value, epoch.validation.auc.value, duration_text(epoch.seconds), epoch.waited_s,
            rest);
        std::fflush(stdout);
    };
    callbacks.stop_requested = stop_requested;
    return callbacks;
}

/// The model directory: config.json last, so that its presence means "complete", then what looks at it.
void write_model(FittedModel& fitted, const TrainCommand& arguments, const TrainOptions& options,
                 const LabelledData& data, const Split& split) {
    Weights familiarity;
    if (!arguments.no_guard) {
        print("Looking at the features of all pictures, for the guard against unfamiliar tissue\n");
        std::fflush(stdout);
        const Waiting waiting("looking at features", arguments.quiet);
        const auto* known = options.freeze_features ? &*options.from : nullptr;
        familiarity = fit_familiarity_guard(fitted.config, fitted.weights, data.dataset, split, options.threads, known);
    }
    const Waiting waiting("writing the model", arguments.quiet);
    write_model_directory(arguments.output, fitted.config, fitted.weights,
                          arguments.storage == "f32" ? StorageType::f32 : StorageType::f16, familiarity);
    if (input_of(fitted.config) != InputKind::macenko) {
        export_torchscript(read_model_directory(arguments.output), arguments.output / "torchscript_model.pt");
    }
    attach_self_test(arguments.output);
}

/// The check of whole slides, or why there is none, a sentence.
struct DomainCheck {
    std::optional<DomainCheckFit> fit;
    std::string none;
    std::string text() const { return fit ? domain_text(*fit) : none; }
};

/// With the model in its place, since it looks through the network.
DomainCheck write_domain_check(const TrainCommand& arguments, const TrainOptions& options, const LabelledData& data,
                               const Split& split) {
    if (arguments.no_guard)
        return {{}, "The model does not know what it was made from (--no-guard), so it calls slides of any kind."};
    Progress bar("looking at the material", "pictures", arguments.quiet);
    const auto* from = options.from ? &*options.from : nullptr;
    try {
        return {fit_domain_check(arguments.output, data.dataset, split, options.threads,
                                 {.model = from, .keep = options.freeze_features},
                                 [&](std::size_t done, std::size_t total) { bar.update(done, total); }),
                {}};
    } catch (const Error& error) {
        bar.clear();
        // The model is there, and is not lost for want of a check.
        return {{},
                fmt::format("The model does not know what it was made from, so it calls slides of any kind: {}.",
                            error.what())};
    }
}

/// The figure at the end: of pictures that took no part in training, not even in choosing the epoch.
std::optional<Evaluation> measure_test_part(const TrainCommand& arguments, const LabelledData& data, const Split& split,
                                            int threads) {
    if (split.test.empty() || stop_requested()) return std::nullopt;
    Progress bar("measuring with the test part", "pictures", arguments.quiet);
    EvaluationOptions options;
    options.threads = threads;
    try {
        return evaluate_model(read_model_directory(arguments.output), data.dataset, split.test, options,
                              [&](std::size_t done, std::size_t total) {
                                  throw_if_stopped();
                                  bar.update(done, total);
                              });
    } catch (const Error& error) {
        bar.clear();
        // The model is there, and is not lost for want of a figure.
        print("The test part was not measured: {}\n", printable(error.what()));
        return std::nullopt;
    }
}

void write_training_report(const FittedModel& fitted, const TrainCommand& arguments, const TrainOptions& options,
                           const LabelledData& data, const Split& split, const DomainCheck& domain,
                           const std::optional<Evaluation>& test, const std::vector<PickedPicture>& picked) {
    const Waiting waiting("writing the report", arguments.quiet);
    const auto examples = augmented_examples(data.dataset, split, options, kExamples);
    const ReportOrigin origin = {.data = data.description,
                                 .command_line = command_line(),
                                 .versions = {{"slidetype", version()},
                                              {"computed with", libtorch_version()},
                                              {"pictures read with", opencv_version()}},
                                 .warnings = data.warnings};
    write_file(arguments.output / "report.html", training_report({.fitted = fitted,
                                                                  .dataset = data.dataset,
                                                                  .split = split,
                                                                  .options = options,
                                                                  .examples = examples,
                                                                  .origin = origin,
                                                                  .domain = domain.fit ? &*domain.fit : nullptr,
                                                                  .no_domain = domain.none,
                                                                  .test = test ? &*test : nullptr,
                                                                  .picked = picked}));
}

void print_report(const FittedModel& fitted, const TrainCommand& arguments, const TrainOptions& options,
                  const std::optional<Evaluation>& test) {
    print("\nKept: epoch {} of {} ({}). Temperature {:.3f}.\n\n", fitted.report.best_epoch, fitted.report.epochs.size(),
          options.keep_last_epoch ? "the last" : "lowest validation loss", fitted.config.slidetype->temperature);
    auto table = metrics_table("validation");
    add_metrics(table, "before calibration", fitted.uncalibrated);
    if (fitted.calibration_groups > 1) {
        add_metrics(table, "calibrated on other groups", fitted.cross_calibrated);
    }
    print("{}\n{}", table.text(), confusion_text(fitted.cross_calibrated));
    if (fitted.gate) print("\n{}", gate_text(*fitted.gate));
    if (const auto few = few_groups_warning(fitted, options); !few.empty()) print("\n{}\n", few);
    print_skipped(fitted.report.skipped);
    if (!options.keep_last_epoch) {
        print("\nThe epoch was chosen on these same pictures, so expect a little less on new ones.\n");
    }
    if (test) {
        auto figures = metrics_table("test");
        add_metrics(figures, "took no part in training", test->metrics);
        print("\n{}\n{}", figures.text(), confusion_text(test->metrics));
        print_skipped(test->skipped);
    }
    print(
        "\nModel written to {}, with a report to look at: report.html\nTry it: slidetype run SLIDE -o OUT --model {}\n",
        arguments.output.string(), arguments.output.string());
}

int train_heads_of(const TrainCommand& arguments) {
    const auto& training = arguments.training;
    if (!training.from.empty()) {
        throw Error(ErrorCode::usage, "--from",
                    "goes on with a tile network, and a table of diagnoses teaches attention heads, which begin afresh",
                    "To teach the network by the tiles that heads attend to, name these, too: --tiles-from HEADS.");
    }
    return train_from_diagnoses(arguments.diagnoses,
                                {.table = arguments.data.data.front(),
                                 .root = arguments.data.root,
                                 .output = arguments.output,
                                 .name = arguments.name,
                                 .good_for = arguments.good_for,
                                 .epochs = training.epochs,
                                 .learning_rate = training.learning_rate,
                                 .seed = training.options.seed,
                                 .threads = arguments.threads > 0 ? arguments.threads : default_threads(),
                                 .resume = training.options.resume,
                                 .quiet = arguments.quiet});
}

int train(TrainCommand& arguments) {
    keep_freed_memory();
    require_good_for(arguments.good_for);
    // "model/" has no file name of its own.
    const auto folder = arguments.output.has_filename() ? arguments.output : arguments.output.parent_path();
    if (arguments.name.empty()) arguments.name = folder.filename().string();
    const bool picks = !arguments.attended.heads.empty();
    if (!picks && arguments.data.data.size() == 1 && names_diagnoses(arguments.data.data.front())) {
        return train_heads_of(arguments);
    }
    arguments.training.options.threads = arguments.threads;
    auto options = settle_train_options(arguments.training);
    options.checkpoint = arguments.output / "checkpoint.pt";
    if (options.resume && !std::filesystem::exists(options.checkpoint)) {
        if (std::filesystem::exists(arguments.output / "config.json")) {
            print("{} is finished: there is nothing to resume. To train it afresh, leave --resume out.\n",
                  arguments.output.string());
            return kDone;
        }
        print("There is no checkpoint to resume from in {}: starting afresh\n", arguments.output.string());
    }

    // What would stop it after an hour of cutting tiles stops it now: no libtorch, no GPU, a model that cannot be run.
    (void)torch_module().describe(options.device);
    if (options.from) try_model(*options.from, *open_classifier(*options.from));

    const auto& architecture = find_architecture(options.architecture);
    const TileTarget target = {architecture.patch_size_px, architecture.spacing_um_px,
                               arguments.output / "training_tiles"};
    std::vector<PickedPicture> picked;
    auto data = picks ? read_with_picked_tiles(arguments.data, arguments.attended, target,
                                               {.features = arguments.diagnoses.features,
                                                .output = arguments.output,
                                                .memory_gb = arguments.diagnoses.memory_gb,
                                                .threads = options.threads,
                                                .quiet = arguments.quiet},
                                               picked)
                      : read_labelled_data(arguments.data, target, options.threads, arguments.quiet);
    const auto split = split_labelled_data(data, arguments.data, options.seed, options.threads, arguments.quiet);
    print_skipped(data.dataset.problems);
    settle_for_pictures(arguments.training, split.train.size(), options);
    for (const auto& text : fine_tuning_warnings(options, data.dataset, split)) warn(data, text);
    describe(options, data.dataset, split);

    std::optional<Progress> bar;
    auto fitted =
        fit_model(data.dataset, split, options, arguments.name, make_callbacks(bar, options, arguments.quiet));
    bar.reset();
    if (fitted.report.resumed_after > 0) {
        print("Went on from the checkpoint after epoch {}.\n", fitted.report.resumed_after);
    }
    if (fitted.report.best_epoch == 0) {
        print(stderr, "Stopped before the first epoch was done; nothing was written.\n");
        return kInterrupted;
    }
    fitted.config.slidetype->good_for = arguments.good_for;
    write_model(fitted, arguments, options, data, split);
    const auto domain = write_domain_check(arguments, options, data, split);
    const auto test = measure_test_part(arguments, data, split, options.threads);
    write_training_report(fitted, arguments, options, data, split, domain, test, picked);
    print_report(fitted, arguments, options, test);
    print("{}\n", printable(domain.text()));
    if (fitted.report.stopped_early) {
        print("Stopped early. To go on: the same command with --resume\n");
        return kInterrupted;
    }
    std::error_code ignored;
    std::filesystem::remove(options.checkpoint, ignored);
    return kDone;
}

}  // namespace

void declare_train(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<TrainCommand>();
    auto& a = *arguments;
    auto* command = program.add_subcommand(
        "train", "Train a tile network on labelled pictures or outlines, or heads on diagnoses of slides");
    declare_labelled_data(*command, a.data);
    declare_split(*command, a.data);
    command->add_option("-o,--output", a.output, "Model directory to write")->required();
    command->add_option("--name", a.name, "Name of the model (default: that of the directory)");
    command->add_option("--good-for", a.good_for,
                        "What the model is good for and what not, a sentence that is shown with its results. What a "
                        "model says of itself is not passed on to those that go on from it");
    declare_train_options(*command, a.training);
    declare_diagnosis_options(*command, a.diagnoses);
    declare_attended_options(*command, a.attended);
    command->add_flag("--no-guard", a.no_guard, "Do not fit the guard against unfamiliar tissue");
    command->add_option("--storage", a.storage, "Precision of the weights file")
        ->capture_default_str()
        ->check(CLI::IsMember({"f16", "f32"}));
    command->add_option("-t,--threads", a.threads, "Threads; 0 takes all processors")->check(CLI::Range(0, 1024));
    command->add_flag("-q,--quiet", a.quiet, "No progress display");
    command->footer(
        "Examples:\n"
        "  slidetype train tiles/ -o my_model                   class folders tiles/LUAD, tiles/LUSC, tiles/benign\n"
        "  slidetype train data/ -o my_model                    data/train, data/validation, data/test with class\n"
        "                                                       folders, kept apart as they are\n"
        "  slidetype train tiles.csv -o my_model --fold 4       fold column of the CSV decides\n"
        "  slidetype train slides/ tiles.csv -o my_model --from compact\n"
        "                                                       corrections drawn in QuPath, on top of a model\n"
        "  slidetype train cohort.csv -o heads                  heads, from slides and their diagnoses alone\n"
        "  slidetype train cohort.csv --tiles-from heads --from compact -o my_model\n"
        "                                                       a tile network, from tiles that those heads pick\n"
        "Ctrl-C stops and keeps the best epoch so far; the same command with --resume goes on.");
    command->callback([arguments, &action] { action = [arguments] { return train(*arguments); }; });
}

}  // namespace slidetype
