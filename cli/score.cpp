// slidetype score PICTURE…|FOLDER|PATTERN|LIST.csv -o OUT
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/words.h"
#include "cli/backend_option.h"
#include "cli/command.h"
#include "cli/known_material.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "cli/waiting.h"
#include "model/network/installed_models.h"
#include "plugin/analysis/thread_bound.h"
#include "plugin/pictures/score_files.h"
#include "plugin/pictures/score_run.h"
#include "plugin/records/event_log.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

/// Of what is printed; the files have all.
constexpr std::size_t kMostFailures = 20, kMostCases = 40;
constexpr double kLogPause = 5;  ///< seconds between lines on the progress

struct ScoreArguments {
    std::vector<fs::path> pictures;
    std::string model = kDefaultModel;
    ScoreRunOptions run;
    Backend backend = Backend::automatic;
    fs::path log_json;
    bool quiet = false;
};

PictureList pictures_of(const ScoreArguments& arguments) {
    PictureList list;
    {
        const Waiting waiting("looking for pictures", arguments.quiet);
        list = list_pictures(arguments.pictures, arguments.run.output);
    }
    for (const auto& problem : list.problems) print(stderr, "{}\n", printable(problem));
    if (const auto n = list.other_files; n > 0) {
        print(stderr, "{} below the folders {} and {} left out.\n", counted(n, "other file"),
              n == 1 ? "is no picture" : "are no pictures", n == 1 ? "is" : "are");
    }
    if (list.pictures.empty()) {
        throw Error(ErrorCode::not_found, arguments.pictures.front().string(), "holds no picture",
                    "Pictures are files that end in .jpg, .png, .tif, .bmp or .webp; slides are for `slidetype run`.");
    }
    return list;
}

/// What happens, for machines.
class ScoreLog {
  public:
    explicit ScoreLog(const fs::path& file) : log_(file) {}

    void run_begins(const Engine& engine, const PictureList& list, const fs::path& output) {
        log_.write("run_begins", {{"version", version()},
                                  {"host", host_name()},
                                  {"model", {{"name", engine.model().config.name}, {"sha256", engine.model().sha256}}},
                                  {"backend", engine.backend()},
                                  {"output", valid_utf8(output.string())},
                                  {"pictures", list.pictures.size()}});
    }
    void progress(std::size_t done, std::size_t total) {
        const double now = seconds_since(begin_);
        if (now < next_) return;
        next_ = now + kLogPause;
        log_.write("progress", {{"done", done}, {"total", total}});
    }
    void failed(const ListedPicture& picture, const ScoreRow& row) {
        log_.write("picture_failed", {{"source", valid_utf8(picture.file.string())}, {"reason", row.reason}});
    }
    void run_ends(const ScoreRun& run, int exit_code) {
        nlohmann::ordered_json counts;
        for (const auto status : kPictureStatuses) counts[std::string(to_string(status))] = run.count(status);
        log_.write("run_ends", {{"counts", counts},
                                {"taken_from_before", run.taken},
                                {"seconds", run.seconds},
                                {"interrupted", run.interrupted},
                                {"exit_code", exit_code}});
    }

  private:
    EventLog log_;
    Clock::time_point begin_ = Clock::now();
    double next_ = 0;
};

ScoreRun run_shown(const Engine& engine, const PictureList& list, const ScoreArguments& arguments, ScoreLog* log) {
    std::optional<Progress> bar(std::in_place, "scoring", "pictures", arguments.quiet);
    std::optional<Waiting> waiting;
    std::size_t failures = 0;
    ScoreRunCallbacks callbacks;
    callbacks.progress = [&](std::size_t done, std::size_t taken, std::size_t total) {
        // Those of before take no time, and would make the rest look quick.
        bar->update(done - taken, total - taken, taken > 0 ? fmt::format("{} were scored before", taken) : "");
        if (log != nullptr) log->progress(done, total);
    };
    callbacks.failed = [&](const ListedPicture& picture, const ScoreRow& row) {
        if (log != nullptr) log->failed(picture, row);
        if (++failures > kMostFailures) return;
        bar->clear();
        print(stderr, "{}: {}\n", printable(picture.file.string()), printable(row.reason));
    };
    callbacks.writing = [&] {
        bar.reset();
        waiting.emplace("writing tables and report", arguments.quiet);
    };
    callbacks.stop_requested = stop_requested;
    auto run = score_pictures(engine, list, arguments.run, callbacks);
    waiting.reset();
    if (failures > kMostFailures) {
        print(stderr, "and {} that were not scored; scores.csv says why.\n",
              counted(failures - kMostFailures, "more picture"));
    }
    return run;
}

void print_counts(const ScoreRun& run) {
    Table table({"pictures", "number", "share"});
    const auto all = std::max<std::size_t>(run.table.rows.size(), 1);
    const auto add = [&](const std::string& name, std::size_t count) {
        if (count == 0) return;
        table.add({name, std::to_string(count),
                   fmt::format("{:.1f} %", 100 * static_cast<double>(count) / static_cast<double>(all))});
    };
    for (const auto& name : run.table.class_names) {
        add(name, static_cast<std::size_t>(std::ranges::count(run.table.rows, name, &ScoreRow::class_name)));
    }
    add("benign: do not look like tumour", run.count(TileStatus::benign));
    add("unfamiliar to the model", run.count(TileStatus::unfamiliar));
    add("without tissue", run.count(TileStatus::background));
    add("not scored", run.count(TileStatus::read_error));
    print("{}", table.text());
}

void print_cases(const ScoreRun& run) {
    if (run.cases.size() > kMostCases) {
        print("\n{}; cases.csv has their calls.\n", counted(run.cases.size(), "case"));
        return;
    }
    Table table({"case", "pictures", "voting", "P(LUSC)", "call"});
    for (const auto& each : run.cases) {
        auto mean = each.prob_lusc ? probability_text(*each.prob_lusc) : std::string("-");
        if (each.ci95) {
            mean += fmt::format(" ({}–{})", probability_text((*each.ci95)[0]), probability_text((*each.ci95)[1]));
        }
        table.add({printable(each.name), std::to_string(each.pictures()), std::to_string(each.count(TileStatus::ok)),
                   mean, std::string(to_string(each.label)) + (each.supported ? "" : " (unsupported)")});
    }
    print("\n{}", table.text());
}

int exit_code(const ScoreRun& run) {
    if (run.interrupted) return kInterrupted;
    const auto failed = run.count(TileStatus::read_error);
    return failed == 0 ? kDone : failed < run.listed ? kSomeFailed : kAllFailed;
}

void print_outcome(const ScoreRun& run, const Engine& engine, const FieldOptions& field, const fs::path& output) {
    if (run.interrupted) {
        print(stderr, "Interrupted: {} of {} are done. The same command goes on from there.\n", run.table.rows.size(),
              counted(run.listed, "picture"));
        return;
    }
    print_counts(run);
    print_cases(run);
    if (const auto assumed = assumption_text(run.table, engine.model().config); !assumed.empty()) {
        print("\n{}\n", assumed);
    }
    print_unlike({.done = run.cases.size(),
                  .names = unlike_cases(run.cases),
                  .heeded = field.familiarity_guard,
                  .thing = "case",
                  .teaches = "PICTURES"},
                 engine.model().config);
    const auto fresh = run.listed - run.taken;
    if (fresh == 0) {
        print("\nNothing was left to do: all were scored before.\n");
    } else {
        print("\n{} in {}, {:.1f} a second{}.\n", counted(fresh, "picture"), duration_text(run.seconds),
              static_cast<double>(fresh) / std::max(run.seconds, 1e-9),
              run.taken > 0 ? fmt::format("; {} were scored before", run.taken) : "");
    }
    print("On one page: {}\n", printable((output / "report.html").string()));
    print("To go through the pictures and give them classes: slidetype view {}\n", printable(output.string()));
}

int score(ScoreArguments& arguments) {
    std::optional<EndAtOnce> nothing_to_lose(std::in_place);
    const auto list = pictures_of(arguments);
    const ThreadBound bound(arguments.run.threads);
    const Engine engine(read_model_directory(find_model(arguments.model)), arguments.backend);
    const auto& output = arguments.run.output;
    if (!arguments.quiet) {
        print(stderr, "{}, model {} ({}), results in {}\n", counted(list.pictures.size(), "picture"),
              engine.model().config.name, engine.backend(), printable(output.string()));
        print_no_check(engine.model(), "picture");
    }
    nothing_to_lose.reset();
    std::optional<ScoreLog> log;
    if (!arguments.log_json.empty()) {
        log.emplace(arguments.log_json);
        log->run_begins(engine, list, output);
    }
    const auto run = run_shown(engine, list, arguments, log ? &*log : nullptr);
    const int code = exit_code(run);
    if (!run.again_because.empty()) print(stderr, "All were scored again: {}.\n", run.again_because);
    print_outcome(run, engine, arguments.run.field, output);
    if (log) log->run_ends(run, code);
    return code;
}

void add_scale_options(CLI::App& command, ScaleOptions& scale) {
    const std::string group = "How large a field is (else what the file says; else up to 1024 pixels are one field)";
    auto* field = command
                      .add_option("--field-um", scale.field_um,
                                  "µm along the longer edge of every picture, such as 650 for a camera at 20x")
                      ->check(CLI::Range(1.0, 1e5))
                      ->group(group);
    command.add_option("--spacing", scale.spacing_um_px, "µm per pixel of every picture, such as 0.25")
        ->check(CLI::Range(0.001, 100.0))
        ->excludes(field)
        ->group(group);
}

}  // namespace

void declare_score(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<ScoreArguments>();
    auto& a = *arguments;
    auto* command = program.add_subcommand("score", "Score pictures of single fields; write scores and a report");
    command
        ->add_option("pictures", a.pictures,
                     "Pictures; folders, for all pictures below them, each folder a case; patterns such as 'a/*.jpg'; "
                     "tables (.csv, .tsv, .txt) with the columns file[,case][,field_um][,spacing]")
        ->required();
    command->add_option("-o,--output", a.run.output, "Folder for the results")->required();
    command->add_option("-m,--model", a.model, "Installed model or model directory")->capture_default_str();
    add_scale_options(*command, a.run.field.scale);
    command->add_flag("!--no-gate", a.run.field.gate,
                      "Let benign pictures vote too, those that the model's tumour gate would leave out");
    command->add_flag("!--no-guard", a.run.field.familiarity_guard,
                      "Let pictures vote that are unlike anything that the model was trained on");
    command
        ->add_option("--min-tissue", a.run.field.min_tissue,
                     "Of pictures that are cut into tiles: tiles with a smaller share of tissue are background")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    declare_backend(*command, a.backend);
    command->add_option("-t,--threads", a.run.threads, "Threads; 0 takes all processors")
        ->capture_default_str()
        ->check(CLI::Range(0, 1024));
    command->add_flag("--force", a.run.force, "Also pictures that were scored before");
    command->add_option("--log-json", a.log_json, "Append what happens to this file, one JSON object per line");
    command->add_flag("-q,--quiet", a.quiet, "No progress display");
    command->footer(
        "Examples:\n"
        "  slidetype score photographs/ -o results               every picture below a folder, each folder a case\n"
        "  slidetype score a.jpg b.png -o results\n"
        "  slidetype score photo_10x.jpg -o results --field-um 1300   cut into tiles, with a heatmap\n"
        "  slidetype score list.csv -o results                   a table with files, cases, field widths\n"
        "Each picture is one field and is scored whole, as `evaluate` scores it. Those larger than about twice the "
        "field\nthat the model was made for are cut into tiles and get the mean and a heatmap. Writes scores.csv, "
        "cases.csv,\nsummary.json and report.html.\n"
        "Run again with the same output folder, it does only what is missing or has changed.\n"
        "Exit code: 0 all scored, 1 nothing could be begun, 2 some pictures were not, 3 none was, 130 interrupted.");
    command->callback([arguments, &action] { action = [arguments] { return score(*arguments); }; });
}

}  // namespace slidetype
