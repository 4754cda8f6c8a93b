// slidetype evaluate MODEL cohort.csv, where the table names slides and diagnoses
#include "cli/evaluate_cohort.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/number_text.h"
#include "base/words.h"
#include "cli/cohort_features.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/metrics_table.h"
#include "cli/patient_option.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "model/backends/aggregators.h"
#include "model/learning/call_figures_json.h"
#include "model/network/installed_models.h"
#include "plugin/analysis/engine.h"
#include "plugin/cohorts/attended_pictures.h"
#include "plugin/cohorts/cohort_evaluation.h"
#include "plugin/cohorts/cohort_page.h"

namespace slidetype {
namespace {

constexpr const char* kCohortGroup = "Slides with diagnoses (a table slide,label[,patient][,site][,split])";

/// The slides that are to be measured; those of other parts are left out and counted.
std::size_t keep_part(Cohort& cohort, const std::string& asked) {
    const bool has_test =
        std::ranges::any_of(cohort.slides, [](const CohortSlide& slide) { return slide.part == Part::test; });
    const auto part = asked.empty() ? (has_test ? "test" : "all") : asked;
    if (part == "all") return 0;
    const auto wanted = part_named(part);
    if (!wanted) throw Error(ErrorCode::usage, "--part", "is none of train, validation, test and all");
    return std::erase_if(cohort.slides, [&](const CohortSlide& slide) { return slide.part != *wanted; });
}

void require_features(const Cohort& cohort) {
    const auto without =
        std::ranges::find_if(cohort.slides, [](const CohortSlide& slide) { return slide.features.empty(); });
    if (without == cohort.slides.end()) return;
    throw Error(ErrorCode::bad_data, without->file.string(), "has no features yet",
                "Make them first: slidetype features TABLE -o DIR --encoder MODEL; then evaluate with --features DIR.");
}

void print_case_figures(const char* name, const CaseFigures& figures) {
    const auto& m = figures.metrics;
    print("{} {} ({} LUAD, {} LUSC)\n", m.n, name, figures.of_class[0], figures.of_class[1]);
    const auto row = [](const char* what, const Estimate& estimate) {
        print("  {:<24} {}\n", what, figure_text(estimate));
    };
    row("AUC", m.auc);
    row("balanced accuracy", m.balanced_accuracy);
    row("sensitivity for LUSC", m.sensitivity[1]);
    row("specificity for LUSC", m.specificity(1));
    row("Brier", m.brier);
    row("calibration slope", figures.line.slope);
    row("calibration intercept", figures.line.intercept);
}

void print_sites(const CallFigures& figures) {
    if (figures.sites.empty()) return;
    print("\nBy site:\n");
    for (const auto& site : figures.sites) {
        print("  {:<16} {:>4}   accuracy {}{}\n", printable(site.site), counted(site.patients, "patient"),
              figure_text(site.accuracy),
              site.note == SiteNote::enough ? "   AUC " + figure_text(site.auc)
              : site.note == SiteNote::few  ? "   (too few for more)"
                                            : "   (one class)");
    }
}

void print_trials(const ConformalTrials& tried) {
    print("\nStated errors, tried on random halves of the patients");
    if (tried.trials.empty()) {
        print(": not measured; {}.\n", tried.why_not);
        return;
    }
    print(" (share whose answer lacks their class):\n");
    for (const auto& trial : tried.trials) {
        const auto observed = [](const ConformalTrial::OfClass& of_class) {
            return fmt::format("{:>6} ± {}", percent(of_class.missed), fixed(100 * of_class.deviation, 1));
        };
        print("  stated {:>4}   observed of LUAD {}, of LUSC {}   called {}, wrong of these {}\n",
              error_text(trial.stated), observed(trial.of_class[0]), observed(trial.of_class[1]), percent(trial.called),
              percent(trial.wrong));
    }
}

void print_heads(const std::vector<HeadFigures>& heads) {
    if (heads.empty()) return;
    const auto range = [&](const char* what, double (*auc)(const HeadFigures&)) {
        const auto [least, mean, best] = range_of_heads(heads, auc);
        print("  AUC of {:<17} {}\n", what,
              std::isfinite(mean) ? fmt::format("{:.3f} to {:.3f}, mean {:.3f}", least, best, mean) : "–");
    };
    print("\nEach of the {} heads alone:\n", heads.size());
    range("slides", [](const HeadFigures& head) { return head.slides.auc; });
    range("patients", [](const HeadFigures& head) { return head.patients.auc; });
}

std::optional<ConformalThresholds> thresholds_of(const ModelDirectory& model) {
    if (!model.is_heads() || !model.config.slidetype->heads->stated_error) return std::nullopt;
    const auto& stated = *model.config.slidetype->heads->stated_error;
    return ConformalThresholds{stated.error, stated.q, stated.patients};
}

double temperature_of(const ModelDirectory& model) {
    return model.is_heads() ? model.config.slidetype->temperature : 1;
}

int recalibrate(const ModelDirectory& model, const CalledCohort& called, double error) {
    const double temperature = fit_case_temperature(called.patients, temperature_of(model));
    const auto thresholds = fit_conformal(scored_cases(called.patients), temperature, error);
    store_calibration(model.path, temperature, {thresholds.error, thresholds.q, thresholds.n});
    print(
        "\nRecalibrated by {} LUAD and {} LUSC patients: temperature {:.3f} (before {:.3f}); thresholds for {} of "
        "error "
        "stored in {}.\nOf new patients of each class who are like these, at most that share gets a call without their "
        "class. Figures on these same patients are no proof of it.\n",
        thresholds.n[0], thresholds.n[1], temperature, temperature_of(model), error_text(error),
        printable(model.path.string()));
    return kDone;
}

void write_cohort_report(const CohortRun& run, const ModelDirectory& model, const CalledCohort& called,
                         const CallFigures& figures, const AttendedPage& attended, const Cohort& cohort,
                         std::size_t elsewhere) {
    write_file(run.report,
               cohort_page({.model = model.config.name,
                            .sha256 = model.sha256,
                            .good_for = model.config.slidetype ? model.config.slidetype->good_for : std::string(),
                            .cohort = cohort,
                            .elsewhere = elsewhere,
                            .slides = called.slides,
                            .patients = called.patients,
                            .figures = figures,
                            .folds = {},
                            .epochs = {},
                            .attended = attended,
                            .origin = {.data = run.table.string(),
                                       .command_line = command_line(),
                                       .versions = {{"slidetype", version()}},
                                       .warnings = {}}}));
    print("\nReport written to {}\n", printable(run.report.string()));
}

}  // namespace

void declare_cohort_options(CLI::App& command, CohortArguments& a) {
    command
        .add_option("--features", a.features,
                    "Folder with the feature files of the slides, found by name (also CLAM's and TRIDENT's folders)")
        ->group(kCohortGroup);
    declare_patients(command, a.patients)->group(kCohortGroup);
    command
        .add_flag(
            "--recalibrate", a.recalibrate,
            "Fit the model's temperature, and thresholds for a stated error, to these patients, and store them in "
            "it: for a laboratory's own labelled cases, at least 20 of each class")
        ->group(kCohortGroup);
    command
        .add_option("--error", a.error,
                    "With --recalibrate: the share of new patients of each class whose class may "
                    "be missed")
        ->capture_default_str()
        ->check(CLI::Range(0.001, 0.499))
        ->group(kCohortGroup);
    command.add_option("--memory-gb", a.memory_gb, "Features that are kept in memory")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e4))
        ->group(kCohortGroup);
}

int evaluate_cohort(const CohortArguments& arguments, const CohortRun& run) {
    const auto model = read_model_directory(find_model(run.model));
    const auto aggregator = open_aggregator(model);
    CohortPlaces places;
    places.root = run.root;
    places.features = arguments.features;
    auto cohort = read_cohort(run.table, places);
    for (const auto& note : cohort.notes) print("{}\n", printable(note));
    const auto left_out = keep_part(cohort, run.part);
    if (left_out > 0) print("{} of other parts of the table left out (--part)\n", counted(left_out, "slide"));
    require_features(cohort);

    const auto bags = read_bags_shown(std::move(cohort), std::nullopt, arguments.memory_gb, run.threads, run.quiet);
    std::optional<Progress> bar(std::in_place, "calling slides", "slides", run.quiet);
    const auto show = [&](std::size_t done, std::size_t total) {
        throw_if_stopped();
        bar->update(done, total);
    };
    std::vector<SlideEnds> ends(bags.cohort.slides.size());
    OpinionSink sink;
    if (!run.report.empty()) {
        sink = [&](std::size_t slide, const Bag& bag, const BagOpinion& said) {
            ends[slide] = attention_ends(slide, bag, said, *aggregator);
        };
    }
    const auto called = call_cohort(bags, *aggregator, arguments.patients, run.threads, show, sink);
    bar.reset();
    print_skipped(bags.cohort.problems);

    MeasureOptions measure;
    measure.temperature = temperature_of(model);
    measure.conformal = thresholds_of(model);
    auto figures = measure_calls(called.slides, called.patients, measure);
    for (const auto& head : called.heads) {
        figures.heads.push_back(measure_head(head.slides, head.patients, measure.temperature));
    }
    print("model {} ({})\n\n", printable(model.config.name), aggregator->description());
    print_case_figures("slides", figures.slides);
    print("\n");
    print_case_figures("patients", figures.patients);
    print_heads(figures.heads);
    print_sites(figures);
    print_trials(figures.trials);
    if (!run.json.empty()) write_file(run.json, figures_json(figures).dump(2) + "\n");
    if (!run.report.empty()) {
        bar.emplace("reading attended tiles", "slides", run.quiet);
        const auto attended =
            attended_page(std::move(ends), bags, "All slides by " + aggregator->description() + ".", run.threads, show);
        bar.reset();
        write_cohort_report(run, model, called, figures, attended, bags.cohort, left_out);
    }
    print(
        "\nIntervals: 95 %, bootstrap over patients. Patients that the model was trained on make these figures "
        "worthless.\n");
    return arguments.recalibrate ? recalibrate(model, called, arguments.error) : kDone;
}

}  // namespace slidetype
