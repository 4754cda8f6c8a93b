#include "cli/run_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <span>
#include <utility>

#include "base/words.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/known_material.h"
#include "cli/patient_summary.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "model/report/html.h"
#include "plugin/results/label_figures.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using State = SlideRecord::State;

/// With more slides than this the table has those only that were not done, and run.csv the others.
constexpr std::size_t kMostShown = 40;
/// Slides that are named for each reason of a failure.
constexpr std::size_t kMostNamed = 5;

std::string two_digits(double value) {
    return fmt::format("{:.2f}", value);
}

std::vector<std::string> done_row(const SlideRecord& record, const ShownColumns& shown) {
    const auto& tiles = record.tiles;
    std::vector<std::string> row = {record.source.filename().string(),
                                    record.call + (record.supported ? "" : " (unsupported)"),
                                    record.prob_lusc ? two_digits(*record.prob_lusc) : "-",
                                    two_digits(record.scored_mm2), std::to_string(scored_tiles(record))};
    if (shown.benign) row.push_back(std::to_string(tiles.at("benign")));
    if (shown.unfamiliar) row.push_back(std::to_string(tiles.at("unfamiliar")));
    row.push_back(std::to_string(tiles.at("read_error")));
    row.push_back(record.skipped ? "before" : duration_text(record.seconds));
    return row;
}

Table results_table(const BatchReport& report, const ShownColumns& shown) {
    std::vector<std::string> names = {"slide", "call", "P(LUSC)", "scored mm²", "tiles"};
    if (shown.benign) names.emplace_back("benign");
    if (shown.unfamiliar) names.emplace_back("unfamiliar");
    for (const auto* name : {"unreadable", "time"}) names.emplace_back(name);
    Table table(names);
    const bool all = report.slides.size() <= kMostShown;
    for (const auto& record : report.slides) {
        if (record.state == State::done) {
            if (all) table.add(done_row(record, shown));
            continue;
        }
        if (!all && record.state == State::pending) continue;
        const std::string state(to_string(record.state));
        std::vector<std::string> row = {record.source.filename().string(),
                                        record.error_code.empty() ? state : state + ": " + record.error_code};
        row.resize(names.size());
        table.add(row);
    }
    return table;
}

void print_agreement(const BatchReport& report) {
    std::vector<LabelledCall> calls;
    calls.reserve(report.slides.size());
    for (const auto& record : report.slides)
        calls.push_back({record.label, record.call, record.prob_lusc, record.patient});
    const auto figures = measure_calls(calls);
    if (!figures) return;
    std::vector<std::string> header = {"label"};
    for (const auto outcome : kOutcomes) header.emplace_back(outcome);
    Table table(header);
    for (const auto& row : confusion_rows(*figures)) table.add(row);
    print("\nAgreement with the labels of {} (95 % intervals over patients):\n{}", counted(figures->labelled, "slide"),
          table.text());
    print("accuracy {} of the {} called LUAD or LUSC; AUC {} of P(LUSC), slides without a call too\n",
          estimate_text(figures->accuracy), counted(figures->called, "slide"), estimate_text(figures->auc));
    if (figures->other_labels > 0) {
        print("{} with labels other than LUAD and LUSC left out\n", counted(figures->other_labels, "slide"));
    }
}

/// What to do about failures of a kind, where the hints of the single slides do not say it better.
std::string advice(const std::string& code) {
    static const std::map<std::string, std::string> known = {
        {"not_found", "Check the paths, and that the disks they lie on are connected."},
        {"io", "Check permissions, connections and free disk space."},
        {"unsupported", "Convert these files to a tiled pyramidal TIFF, or leave them out."},
        {"corrupt", "Copy these files again from where they came."},
        {"no_spacing", "Give the pixel size with --spacing, or in the column `spacing` of a manifest."},
        {"bad_spacing", "Give the right pixel size with --spacing, or in the column `spacing` of a manifest."},
        {"too_coarse", "Scan these slides with a stronger objective, or correct the pixel size with --spacing."},
        {"memory", "Raise --memory, use fewer --threads, or use a larger machine."},
        {"bad_data", "Correct the regions of interest that are named above."},
        {"internal", "This is a bug of slidetype: please report it with the message above and the slide, if you may."}};
    const auto found = known.find(code);
    return found == known.end() ? std::string() : found->second;
}

/// The same where the trouble is with another file than the slide: its region of interest, a companion.
std::string advice_on_files(const std::string& code) {
    static const std::map<std::string, std::string> known = {
        {"not_found", "Check the names of these files, and that the disks they lie on are connected."},
        {"io", "Check permissions, connections and free disk space."},
        {"corrupt", "Correct these files, or have them written again."},
        {"bad_data", "Correct these files, or have them written again."}};
    const auto found = known.find(code);
    return found == known.end() ? std::string() : found->second;
}

void print_failures_of(const std::string& code, bool about_the_slides, std::span<const SlideRecord* const> records) {
    std::vector<std::string> slides, files;
    for (const auto* record : records) {
        // Slides of one name, of several folders, are several.
        slides.push_back(printable(record->source.filename().string()));
        files.push_back(printable(record->error_file.string()));
    }
    std::string names;
    for (std::size_t i = 0; i < std::min(slides.size(), kMostNamed); ++i) names += (i > 0 ? ", " : "") + slides[i];
    if (slides.size() > kMostNamed) names += fmt::format(" and {} more", slides.size() - kMostNamed);
    print(stderr, "  {} ({}): {}\n", code, records.size(), names);
    if (!about_the_slides) print(stderr, "    because of {}\n", some_of(files));
    // What all of them say is nearer to the matter than what is true of their kind.
    const auto& hint = records.front()->hint;
    const bool one_hint = std::ranges::all_of(records, [&](const auto* record) { return record->hint == hint; });
    const auto text = one_hint && !hint.empty() ? printable(hint)
                      : about_the_slides        ? advice(code)
                                                : advice_on_files(code);
    if (!text.empty()) print(stderr, "    {}\n", text);
}

void print_failures(const BatchReport& report) {
    std::map<std::pair<std::string, bool>, std::vector<const SlideRecord*>> kinds;
    for (const auto& record : report.slides) {
        if (record.state == State::failed) kinds[{record.error_code, record.error_file.empty()}].push_back(&record);
    }
    if (kinds.empty()) return;
    print(stderr, "\nFailed slides by reason:\n");
    for (const auto& [kind, records] : kinds) print_failures_of(kind.first, kind.second, records);
}

/// What is to be done about slides that would fail; each advice once.
void print_hints(const BatchPlan& plan) {
    std::map<std::string, std::size_t> hints;
    for (const auto& slide : plan.slides) {
        if (!slide.hint.empty()) ++hints[slide.hint];
    }
    for (const auto& [hint, count] : hints) {
        print(stderr, "{} would fail: {}\n", counted(count, "slide"), printable(hint));
    }
}

}  // namespace

void print_results(const BatchReport& report, const fs::path& output, const fs::path& records,
                   const ShownColumns& shown) {
    const bool all = report.slides.size() <= kMostShown;
    if (all || report.count(State::done) < report.slides.size()) {
        print("\n{}", results_table(report, shown).text());
    }
    if (!all) print("\nrun.csv in {} has a line for every slide.\n", printable(records.string()));
    if (all) {
        print("\n");
        for (const auto& record : report.slides) {
            if (record.state == State::done) print("{}: {}\n", printable(record.name), printable(record.reason));
        }
    }
    print_agreement(report);
    print_patients(report.patients, output);
    print("\nPictures to look at:\n");
    if (!all) print("  {}\n", printable((output / "*" / "overlay.png").string()));
    for (const auto& record : report.slides) {
        if (!all || record.state != State::done) continue;
        print("  {}\n", printable((output / record.name / "overlay.png").string()));
    }
    print(
        "To see the result in QuPath, drop overlay.geojson or tiles.geojson.gz of a slide's folder onto its image.\n"
        "Research use only: not for diagnosis.\n");
}

void print_unlike_slides(const BatchReport& report, const ModelConfig& model) {
    std::vector<std::string> names;
    bool called = false;
    for (const auto& record : report.slides) {
        if (record.state != State::done || record.known.value_or(true)) continue;
        names.push_back(record.source.filename().string());
        called = called || !record.supported;
    }
    print_unlike({.done = report.count(State::done), .names = names, .heeded = !called}, model);
}

void print_outcome(const BatchReport& report, const fs::path& records) {
    print_failures(report);
    const auto done = report.count(State::done), skipped = report.skipped();
    std::string text = fmt::format("{} of {} done", done, counted(report.slides.size(), "slide"));
    if (skipped > 0) text += fmt::format(" ({} of them before)", skipped);
    const auto add = [&](State state, const char* words) {
        if (const auto count = report.count(state); count > 0) text += fmt::format(", {} {}", count, words);
    };
    add(State::failed, "failed");
    add(State::cancelled, "interrupted");
    add(State::locked, "being done by other processes");
    add(State::pending, "not begun");
    if (report.interrupted) print(stderr, "\nStopped on request.");
    if (!report.stopped.empty()) print(stderr, "\nStopped: {}", printable(report.stopped));
    print(stderr, "\n{}; run.json in {} says which.\n", text, printable(records.string()));
    if (done == report.slides.size()) {
        if (skipped == done) print(stderr, "Nothing was left to do (--force does slides again).\n");
        return;
    }
    if (const auto others = report.count(State::locked); others > 0) {
        print(stderr, "NOT FINISHED: other processes are still working on {}.\n", counted(others, "slide"));
    }
    print(stderr, "The same command again does only what is missing.\n");
}

void print_plan(const BatchPlan& plan, const fs::path& output) {
    using Standing = PlannedSlide::Standing;
    Table table({"slide", "would be", "tiles", "time", "disk"});
    for (const auto& slide : plan.slides) {
        const auto name = slide.source.filename().string();
        if (slide.standing == Standing::to_do) {
            table.add({name, slide.why.empty() ? "done" : "done again: " + slide.why, std::to_string(slide.tiles),
                       duration_text(slide.seconds), size_text(slide.disk_bytes)});
        } else {
            table.add({name,
                       slide.standing == Standing::complete ? "skipped: complete already" : "failing: " + slide.why, "",
                       "", ""});
        }
    }
    const auto sum = plan.sum();
    print("{}\n{} to do, {} complete already, {} that would fail; nothing was written.\n", table.text(),
          counted(plan.count(Standing::to_do), "slide"), plan.count(Standing::complete), plan.count(Standing::failing));
    print("{}, about {} and {} in {}", counted(sum.tiles, "tile"), duration_text(sum.seconds),
          size_text(sum.disk_bytes), printable(output.string()));
    if (plan.disk_free_bytes) print(" ({} free)", size_text(*plan.disk_free_bytes));
    print("\n");
    if (plan.disk_free_bytes && *plan.disk_free_bytes < sum.disk_bytes) {
        print(stderr, "There is not enough room for the results: choose another --output or make room.\n");
    }
    std::fflush(stdout);
    print_hints(plan);
}

int exit_code(const BatchPlan& plan) {
    const auto failing = plan.count(PlannedSlide::Standing::failing);
    return failing == 0 ? kDone : failing == plan.slides.size() ? kAllFailed : kSomeFailed;
}

int exit_code(const BatchReport& report) {
    return exit_code_of_report(report);
}

}  // namespace slidetype
