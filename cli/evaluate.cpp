// slidetype evaluate MODEL DATA
#include <fmt/format.h>

#include <memory>
#include <numeric>
#include <optional>

#include "base/atomic_file.h"
#include "base/parallel.h"
#include "cli/command.h"
#include "cli/metrics_table.h"
#include "cli/progress.h"
#include "model/evaluation.h"
#include "model/installed_models.h"

namespace slidetype {
namespace {

struct Arguments {
    std::string model;
    std::filesystem::path data, root, json;
    std::optional<int> fold;
    EvaluationOptions options;
    bool quiet = false;
};

int evaluate(Arguments& arguments) {
    const auto model = read_model_directory(find_model(arguments.model));
    const auto dataset = read_dataset(arguments.data, arguments.root);
    std::vector<std::size_t> members(dataset.tiles.size());
    std::iota(members.begin(), members.end(), std::size_t{0});
    if (arguments.fold) members = split_by_fold(dataset, *arguments.fold).validation;
    if (arguments.options.threads <= 0) arguments.options.threads = default_threads();

    Evaluation evaluation;
    {
        Progress bar("evaluating", "pictures", arguments.quiet);
        evaluation = evaluate_model(model, dataset, members, arguments.options,
                                    [&](std::size_t done, std::size_t total) { bar.update(done, total); });
    }
    evaluation.skipped.insert(evaluation.skipped.end(), dataset.problems.begin(), dataset.problems.end());
    if (!arguments.json.empty()) write_file(arguments.json, to_json(evaluation));

    fmt::print("model {}: {} pictures in {} groups{}\n\n", model.config.name, evaluation.metrics.n,
               evaluation.metrics.groups,
               dataset.has_groups ? "" : " (no groups given: every picture counts as its own)");
    auto table = metrics_table("pictures");
    add_metrics(table, "as they are", evaluation.metrics);
    for (const auto& shift : evaluation.shift) add_metrics(table, shift.description, shift.metrics);
    fmt::print("{}\n{}", table.text(), confusion_text(evaluation.metrics));
    for (const auto& ignored : dataset.ignored_classes) fmt::print("\nLeft out, neither LUAD nor LUSC: {}", ignored);
    print_skipped(evaluation.skipped);
    fmt::print(
        "\nIntervals: 95 %, bootstrap over groups. Pictures that the model was trained on make these figures "
        "worthless.\n");
    return kDone;
}

}  // namespace

void declare_evaluate(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<Arguments>();
    auto& a = *arguments;
    auto* command = program.add_subcommand("evaluate", "Measure a model on labelled pictures");
    command->add_option("model", a.model, "Installed model or model directory")->required();
    command->add_option("data", a.data, "Folder with one subfolder per class, or a CSV with file,class[,group,fold]")
        ->required();
    command->add_option("--root", a.root,
                        "Folder that the manifest's files are relative to (default: the manifest's own)");
    command->add_option("--fold", a.fold, "Only this fold of the manifest");
    command->add_flag("--shift", a.options.shifts, "Also under fixed changes of colour, light, sharpness and zoom");
    command->add_option("--json", a.json, "Write the figures to this file");
    command->add_option("-t,--threads", a.options.threads, "Threads; 0 takes all processors")
        ->check(CLI::Range(0, 1024));
    command->add_flag("-q,--quiet", a.quiet, "No progress display");
    a.options.threads = 0;
    command->footer("Example:\n  slidetype evaluate compact tiles.csv --fold 4 --shift --json figures.json");
    command->callback([arguments, &action] { action = [arguments] { return evaluate(*arguments); }; });
}

}  // namespace slidetype
