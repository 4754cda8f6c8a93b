// slidetype evaluate MODEL DATA
#include <fmt/format.h>

#include <memory>

#include "base/atomic_file.h"
#include "base/parallel.h"
#include "base/words.h"
#include "cli/backend_option.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/evaluate_cohort.h"
#include "cli/labelled_data.h"
#include "cli/metrics_table.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "model/learning/evaluation.h"
#include "model/network/installed_models.h"
#include "model/report/evaluation_report.h"
#include "plugin/analysis/engine.h"
#include "plugin/cohorts/cohort_bags.h"

namespace slidetype {
namespace {

struct EvaluateArguments {
    std::string model;
    LabelledDataArguments data;
    std::filesystem::path json, report;
    EvaluationOptions options;
    CohortArguments cohort;
    bool by_group = false, quiet = false;
};

void print_evaluation(const Evaluation& evaluation, const ModelDirectory& model, const Dataset& dataset) {
    print("model {}: {} in {}{}\n\n", model.config.name, counted(evaluation.metrics.n, "picture"),
          counted(evaluation.metrics.groups, "group"),
          dataset.has_groups ? "" : " (where no group is given a picture counts as its own)");
    auto table = metrics_table("pictures");
    add_metrics(table, "as they are", evaluation.metrics);
    for (const auto& shift : evaluation.shift) add_metrics(table, shift.description, shift.metrics);
    print("{}\n{}\n{}", table.text(), class_figures_text(evaluation.metrics), confusion_text(evaluation.metrics));
    if (evaluation.gate) print("\n{}", gate_text(*evaluation.gate));
    if (!evaluation.unfamiliar.empty()) print("\n{}", unfamiliar_text(evaluation.unfamiliar));
    if (evaluation.benign_left_out > 0) {
        print("\n{} left out: the model has no tumour gate.\n",
              counted(evaluation.benign_left_out, "benign picture") +
                  (evaluation.benign_left_out == 1 ? " was" : " were"));
    }
}

std::string selection_text(const LabelledDataArguments& arguments, const Dataset& dataset) {
    if (arguments.fold) return fmt::format("fold {}", *arguments.fold);
    if (!arguments.part.empty()) return arguments.part;
    return dataset.divided.empty() ? "all" : "test";
}

void write_report(const EvaluateArguments& arguments, const ModelDirectory& model, const LabelledData& data,
                  std::span<const std::size_t> members, const Evaluation& evaluation) {
    const ReportOrigin origin = {.data = data.description,
                                 .command_line = command_line(),
                                 .versions = {{"slidetype", version()}, {"computed by", evaluation.backend}},
                                 .warnings = data.warnings};
    write_file(arguments.report, evaluation_report({.model = model,
                                                    .dataset = data.dataset,
                                                    .members = members,
                                                    .selection = selection_text(arguments.data, data.dataset),
                                                    .evaluation = evaluation,
                                                    .origin = origin}));
    print("\nReport written to {}\n", arguments.report.string());
}

int evaluate(EvaluateArguments& arguments) {
    if (arguments.data.data.size() == 1 && names_diagnoses(arguments.data.data.front())) {
        return evaluate_cohort(
            arguments.cohort, {.model = arguments.model,
                               .table = arguments.data.data.front(),
                               .root = arguments.data.root,
                               .json = arguments.json,
                               .report = arguments.report,
                               .part = arguments.data.part,
                               .threads = arguments.options.threads > 0 ? arguments.options.threads : default_threads(),
                               .quiet = arguments.quiet});
    }
    const auto model = read_model_directory(find_model(arguments.model));
    if (arguments.options.threads <= 0) arguments.options.threads = default_threads();
    const auto classifier = open_for_evaluation(model, arguments.options.backend);
    const TileTarget target = {model.config.patch_size_px, model.config.spacing_um_px, {}};
    const auto data = read_labelled_data(arguments.data, target, arguments.options.threads, arguments.quiet);
    const auto& dataset = data.dataset;
    const auto members = select_labelled_data(data, arguments.data);

    Evaluation evaluation;
    {
        Progress bar("evaluating", "pictures", arguments.quiet);
        evaluation = evaluate_model(model, *classifier, dataset, members, arguments.options,
                                    [&](std::size_t done, std::size_t total) {
                                        throw_if_stopped();
                                        bar.update(done, total);
                                    });
    }
    evaluation.skipped.insert(evaluation.skipped.end(), dataset.problems.begin(), dataset.problems.end());
    std::vector<GroupFigures> groups;
    if (arguments.by_group) groups = group_figures(dataset, evaluation.scored);

    print_evaluation(evaluation, model, dataset);
    if (arguments.by_group) print("\n{}", groups_text(groups));
    if (!evaluation.skipped.empty()) print("\n");
    print_skipped(evaluation.skipped);
    if (!arguments.json.empty()) write_file(arguments.json, to_json(evaluation, groups));
    if (!arguments.report.empty()) write_report(arguments, model, data, members, evaluation);
    print(
        "\nIntervals: 95 %, bootstrap over groups. Pictures that the model was trained on make these figures "
        "worthless.\n");
    return kDone;
}

}  // namespace

void declare_evaluate(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<EvaluateArguments>();
    auto& a = *arguments;
    auto* command =
        program.add_subcommand("evaluate", "Measure a model on labelled pictures, or on slides with diagnoses");
    command->add_option("model", a.model, "Installed model or model directory")->required();
    declare_labelled_data(*command, a.data);
    declare_selection(*command, a.data);
    declare_cohort_options(*command, a.cohort);
    declare_backend(*command, a.options.backend);
    command->add_flag("--shift", a.options.shifts, "Also under fixed changes of colour, light, sharpness and zoom");
    command->add_flag("--by-group", a.by_group, "Also the groups that it does worst on");
    command->add_option("--report", a.report, "Write charts, figures and the most wrong pictures to this HTML file");
    command->add_option("--json", a.json, "Write the figures to this file");
    command->add_option("-t,--threads", a.options.threads, "Threads; 0 takes all processors")
        ->check(CLI::Range(0, 1024));
    command->add_flag("-q,--quiet", a.quiet, "No progress display");
    a.options.threads = 0;
    command->footer(
        "Examples:\n"
        "  slidetype evaluate compact tiles.csv --fold 4 --shift --by-group --report report.html --json figures.json\n"
        "  slidetype evaluate my_model data/                    data/train, data/validation, data/test with class\n"
        "                                                       folders: test is measured\n"
        "  slidetype evaluate my_model cohort.csv --features features --json figures.json --report report.html\n"
        "  slidetype evaluate my_model our_cases.csv --features features --recalibrate --error 0.05");
    command->callback([arguments, &action] { action = [arguments] { return evaluate(*arguments); }; });
}

}  // namespace slidetype
