// slidetype train DATA -o MODEL
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "base/error.h"
#include "base/parallel.h"
#include "cli/command.h"
#include "cli/metrics_table.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "model/classifier.h"
#include "model/evaluation.h"

namespace slidetype {
namespace {

struct Arguments {
    std::filesystem::path data, root, output;
    std::string name, split = "group", storage = "f16";
    std::optional<int> fold;
    double share = 0.2;
    TrainOptions options;
    bool quiet = false;
};

Split choose_split(const Dataset& dataset, const Arguments& arguments) {
    if (arguments.fold) return split_by_fold(dataset, *arguments.fold);
    if (arguments.split == "random") return split_at_random(dataset, arguments.share, arguments.options.seed);
    return split_by_group(dataset, arguments.share, arguments.options.seed);
}

void describe(const Dataset& dataset, const Split& split, const TrainOptions& options) {
    fmt::print("{} pictures train, {} validate; {}\n", split.train.size(), split.validation.size(), split.description);
    if (!dataset.has_groups) {
        fmt::print(
            "Warning: the data names no groups (source image or patient). If pictures share a source, copies lie on\n"
            "both sides of the split and the figures will be too good. Give a CSV with file,class,group.\n");
    } else if (const auto leaks = leaking_groups(dataset, split)) {
        fmt::print("Warning: {} groups lie on both sides of the split: the figures will be too good.\n", leaks);
    }
    for (const auto& ignored : dataset.ignored_classes) fmt::print("Left out, neither LUAD nor LUSC: {}\n", ignored);
    fmt::print("{}: {} parameters, {} epochs, batch {}, seed {}\n", options.architecture,
               parameter_count(find_architecture(options.architecture)), options.epochs, options.batch, options.seed);
    std::fflush(stdout);
}

TrainCallbacks make_callbacks(std::optional<Progress>& bar, bool quiet) {
    TrainCallbacks callbacks;
    callbacks.progress = [&bar, quiet, last = std::string()](const TrainProgress& now) mutable {
        const auto title = fmt::format("epoch {}/{}{}", now.epoch, now.epochs, now.validating ? " validating" : "");
        if (title != last) bar.reset();
        if (!bar) bar.emplace(title, "pictures", quiet);
        last = title;
        bar->update(now.done, now.total, fmt::format("loss {:.4f}, accuracy {:.3f}", now.loss, now.accuracy));
    };
    callbacks.epoch_done = [&bar](const EpochReport& epoch) {
        bar.reset();
        fmt::print(
            "epoch {:3}: loss {:.4f}, accuracy {:.4f}; validation: loss {:.4f}, accuracy {:.4f}, AUC {:.4f}; {}\n",
            epoch.epoch, epoch.train_loss, epoch.train_accuracy, epoch.validation.log_loss,
            epoch.validation.accuracy.value, epoch.validation.auc.value, duration_text(epoch.seconds));
        std::fflush(stdout);
    };
    callbacks.stop_requested = stop_requested;
    return callbacks;
}

void print_report(const FittedModel& fitted, const Arguments& arguments) {
    fmt::print("\nBest epoch: {} of {} (lowest validation loss). Temperature {:.3f}.\n\n", fitted.report.best_epoch,
               fitted.report.epochs.size(), fitted.config.slidetype->temperature);
    auto table = metrics_table("validation");
    add_metrics(table, "before calibration", fitted.uncalibrated);
    add_metrics(table, "calibrated on other groups", fitted.cross_calibrated);
    fmt::print("{}\n{}", table.text(), confusion_text(fitted.cross_calibrated));
    print_skipped(fitted.report.skipped);
    fmt::print(
        "\nThe best epoch was chosen on these same pictures, so expect a little less on new ones.\n"
        "Model written to {}\nTry it: slidetype run SLIDE -o OUT --model {}\n",
        arguments.output.string(), arguments.output.string());
}

int train(Arguments& arguments) {
    if (arguments.options.threads <= 0) arguments.options.threads = default_threads();
    if (arguments.name.empty()) arguments.name = arguments.output.filename().string();
    const auto dataset = read_dataset(arguments.data, arguments.root);
    const auto split = choose_split(dataset, arguments);
    describe(dataset, split, arguments.options);
    print_skipped(dataset.problems);

    std::optional<Progress> bar;
    const auto fitted =
        fit_model(dataset, split, arguments.options, arguments.name, make_callbacks(bar, arguments.quiet));
    bar.reset();
    if (fitted.report.best_epoch == 0) {
        fmt::print(stderr, "Stopped before the first epoch was done; nothing was written.\n");
        return kInterrupted;
    }
    write_model_directory(arguments.output, fitted.config, fitted.weights,
                          arguments.storage == "f32" ? StorageType::f32 : StorageType::f16);
    export_torchscript(read_model_directory(arguments.output), arguments.output / "torchscript_model.pt");
    print_report(fitted, arguments);
    return fitted.report.stopped_early ? kInterrupted : kDone;
}

}  // namespace

void declare_train(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<Arguments>();
    auto& a = *arguments;
    a.options.threads = 0;
    auto* command = program.add_subcommand("train", "Train a tile network on labelled pictures");
    command
        ->add_option("data", a.data,
                     "Folder with one subfolder per class (LUAD, LUSC), or a CSV with file,class[,group,fold]")
        ->required();
    command->add_option("-o,--output", a.output, "Model directory to write")->required();
    command->add_option("--root", a.root,
                        "Folder that the manifest's files are relative to (default: the manifest's own)");
    command->add_option("--name", a.name, "Name of the model (default: that of the directory)");
    command->add_option("--arch", a.options.architecture, "Network")
        ->capture_default_str()
        ->check(CLI::IsMember(architecture_names()));
    auto* fold = command->add_option("--fold", a.fold, "This fold of the manifest validates, the others train");
    command
        ->add_option("--split", a.split, "group keeps the pictures of a group together; random is for comparison only")
        ->capture_default_str()
        ->check(CLI::IsMember({"group", "random"}))
        ->excludes(fold);
    command->add_option("--validation-share", a.share, "Share that validates")
        ->capture_default_str()
        ->check(CLI::Range(0.01, 0.9))
        ->excludes(fold);
    command->add_option("--epochs", a.options.epochs)->capture_default_str()->check(CLI::Range(1, 10000));
    command->add_option("--batch", a.options.batch, "Pictures per step")
        ->capture_default_str()
        ->check(CLI::Range(1, 4096));
    command
        ->add_option("--learning-rate", a.options.learning_rate,
                     "Highest rate of the one-cycle schedule (default: the network's own)")
        ->check(CLI::PositiveNumber);
    command->add_option("--seed", a.options.seed, "Same seed, same data: same model, for any number of threads")
        ->capture_default_str();
    command->add_option("--storage", a.storage, "Precision of the weights file")
        ->capture_default_str()
        ->check(CLI::IsMember({"f16", "f32"}));
    command->add_option("-t,--threads", a.options.threads, "Threads; 0 takes all processors")
        ->check(CLI::Range(0, 1024));
    command->add_flag("-q,--quiet", a.quiet, "No progress display");
    command->footer(
        "Examples:\n"
        "  slidetype train tiles/ -o my_model                   class folders tiles/LUAD, tiles/LUSC\n"
        "  slidetype train tiles.csv -o my_model --fold 4       fold column of the CSV decides\n"
        "Ctrl-C stops and keeps the best epoch so far.");
    command->callback([arguments, &action] { action = [arguments] { return train(*arguments); }; });
}

}  // namespace slidetype
