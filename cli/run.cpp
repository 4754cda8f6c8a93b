// slidetype run SLIDE…|FOLDER -o OUT
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>
#include <optional>

#include "base/error.h"
#include "cli/backend_option.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/stage_report.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "model/installed_models.h"
#include "plugin/batch.h"
#include "plugin/stored_result.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

struct Arguments {
    std::vector<fs::path> slides;
    std::string model = kDefaultModel;
    BatchOptions batch;
    Backend backend = Backend::automatic;
    bool quiet = false, timing = false;
};

/// Shows one slide at a time: a bar while it is worked on, a line when it is done.
class Display {
  public:
    Display(std::size_t slides, bool quiet) : slides_(slides), quiet_(quiet) {}

    void begin(std::size_t index, const SlideRecord& record) {
        title_ = fmt::format("[{}/{}] {}", index + 1, slides_, printable(record.source.filename().string()));
        bar_.reset();
    }
    void progress(const AnalyseProgress& progress) {
        // A bar of its own for each stage, so that the rate is that of the scoring.
        if (!bar_ || progress.stage != stage_) bar_.emplace(title_, "tiles", quiet_);
        stage_ = progress.stage;
        if (progress.stage == AnalyseStage::score) {
            bar_->update(progress.done, progress.total);
        } else {
            bar_->say(progress.stage == AnalyseStage::open ? "opening" : "finding tissue");
        }
    }
    void end(const SlideRecord& record) {
        bar_.reset();
        if (record.state == SlideRecord::State::done) {
            if (!quiet_) fmt::print(stderr, "{}: {} in {}\n", title_, record.call, duration_text(record.seconds));
        } else if (record.state == SlideRecord::State::failed) {
            fmt::print(stderr, "{}\n", printable(record.error));
            if (!record.hint.empty()) fmt::print(stderr, "  {}\n", record.hint);
        }
    }

  private:
    std::size_t slides_;
    bool quiet_;
    std::string title_;
    AnalyseStage stage_ = AnalyseStage::open;
    std::optional<Progress> bar_;
};

std::string percent(double share) {
    return fmt::format("{:.2f}", share);
}

/// Which columns the table of results has beyond those of every model.
struct ShownColumns {
    bool benign = false, unfamiliar = false;
};

Table results_table(const BatchReport& report, const ShownColumns& shown) {
    std::vector<std::string> names = {"slide", "call", "P(LUSC)", "scored mm²", "tiles"};
    if (shown.benign) names.emplace_back("benign");
    if (shown.unfamiliar) names.emplace_back("unfamiliar");
    for (const auto* name : {"unreadable", "time"}) names.emplace_back(name);
    Table table(names);
    for (const auto& record : report.slides) {
        std::vector<std::string> row = {record.source.filename().string()};
        if (record.state == SlideRecord::State::done) {
            const auto& tiles = record.tiles;
            const auto scored = tiles.at("ok") + tiles.at("benign") + tiles.at("unfamiliar");
            row.insert(row.end(), {record.call, record.prob_lusc ? percent(*record.prob_lusc) : "-",
                                   fmt::format("{:.2f}", record.scored_mm2), std::to_string(scored)});
            if (shown.benign) row.push_back(std::to_string(tiles.at("benign")));
            if (shown.unfamiliar) row.push_back(std::to_string(tiles.at("unfamiliar")));
            row.push_back(std::to_string(tiles.at("read_error")));
            row.push_back(duration_text(record.seconds));
        } else {
            const std::string state(to_string(record.state));
            row.push_back(record.error_code.empty() ? state : state + ": " + record.error_code);
            row.resize(names.size());
        }
        table.add(row);
    }
    return table;
}

void print_report(const BatchReport& report, const fs::path& output, const ShownColumns& shown) {
    fmt::print("\n{}\n", results_table(report, shown).text());
    for (const auto& record : report.slides) {
        if (record.state == SlideRecord::State::done) fmt::print("{}: {}\n", printable(record.name), record.reason);
    }
    fmt::print("\nPictures to look at:\n");
    for (const auto& record : report.slides) {
        if (record.state != SlideRecord::State::done) continue;
        fmt::print("  {}\n", printable((output / record.name / "overlay.png").string()));
    }
    fmt::print(
        "To see the result in QuPath, drop overlay.geojson or tiles.geojson.gz of a slide's folder onto its image.\n"
        "Research use only: not for diagnosis.\n");
}

int run(Arguments& arguments) {
    const auto list = list_slides(arguments.slides);
    if (!list.ignored.empty()) {
        fmt::print(stderr, "{} other files below the folders are no slides that OpenSlide reads and are left out.\n",
                   list.ignored.size());
    }
    if (list.slides.empty()) {
        throw Error(ErrorCode::not_found, arguments.slides.front().string(), "holds no slide that OpenSlide reads");
    }
    if (list.slides.size() > 1 && !arguments.batch.analyse.region_of_interest.empty()) {
        throw Error(ErrorCode::usage, "--roi", "belongs to one slide, and several are given",
                    "Run each slide with the region that was drawn on it.");
    }
    const Engine engine(read_model_directory(find_model(arguments.model)), arguments.backend);
    if (!arguments.quiet) {
        fmt::print(stderr, "{} slide{}, model {} ({}), results in {}\n", list.slides.size(),
                   list.slides.size() == 1 ? "" : "s", engine.model().config.name, engine.backend(),
                   arguments.batch.output.string());
    }
    Display display(list.slides.size(), arguments.quiet);
    BatchCallbacks callbacks;
    callbacks.slide_begins = [&](std::size_t index, const SlideRecord& record) { display.begin(index, record); };
    callbacks.slide_ends = [&](std::size_t, const SlideRecord& record) { display.end(record); };
    if (arguments.timing) {
        callbacks.slide_ends = [&, shown = callbacks.slide_ends](std::size_t index, const SlideRecord& record) {
            shown(index, record);
            if (record.state != SlideRecord::State::done) return;
            fmt::print("{}\n{}\n", printable(record.source.string()),
                       stage_report(read_stored_times(arguments.batch.output / record.name)));
        };
    }
    callbacks.progress = [&](const AnalyseProgress& progress) { display.progress(progress); };
    callbacks.stop_requested = stop_requested;
    const auto report = run_batch(engine, list.slides, arguments.batch, callbacks);
    const auto done = report.count(SlideRecord::State::done);
    const auto& ours = engine.model().config.slidetype;
    const auto& analyse = arguments.batch.analyse;
    const ShownColumns shown{analyse.gate && ours && ours->gate,
                             analyse.familiarity_guard && ours && ours->familiarity};
    if (done > 0) print_report(report, arguments.batch.output, shown);
    if (report.interrupted) {
        fmt::print(stderr, "Stopped. {} of {} slides are done; run.json in {} says which.\n", done,
                   report.slides.size(), arguments.batch.output.string());
        return kInterrupted;
    }
    if (done == report.slides.size()) return kDone;
    fmt::print(stderr, "{} of {} slides failed; run.json in {} holds the reasons.\n", report.slides.size() - done,
               report.slides.size(), arguments.batch.output.string());
    return done > 0 ? kSomeFailed : kAllFailed;
}

/// Where they are not given, the model's own count.
void add_call_options(CLI::App& command, AnalyseOptions& options) {
    const std::string group = "The call (defaults: what the model says)";
    command
        .add_option("--min-area", options.min_area_mm2,
                    "Voting tissue in mm² (with a tumour gate: tumour) below which the call is insufficient")
        ->check(CLI::NonNegativeNumber)
        ->group(group);
    command
        .add_option("--min-tumour-share", options.min_tumour_share,
                    "Share of the tissue that must look like tumour, else the call is insufficient")
        ->check(CLI::Range(0.0, 1.0))
        ->group(group);
    command
        .add_option("--mixed-share", options.mixed_share,
                    "Share of the voting tissue that each class must cover in regions of its own to be called mixed")
        ->check(CLI::Range(0.0, 1.0))
        ->group(group);
    command.add_option("--mixed-region", options.mixed_region_mm2, "mm² that such a region must have to count")
        ->check(CLI::NonNegativeNumber)
        ->group(group);
}

}  // namespace

void declare_run(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<Arguments>();
    auto& a = *arguments;
    auto* command = program.add_subcommand("run", "Tile, score and call slides; write heatmaps and GeoJSON");
    command->add_option("slides", a.slides, "Slides, or folders that hold slides")->required();
    command->add_option("-o,--output", a.batch.output, "Folder for the results")->required();
    command->add_option("-m,--model", a.model, "Installed model or model directory")->capture_default_str();
    command->add_option("--spacing", a.batch.analyse.spacing_um_px,
                        "µm per level-0 pixel, for slides that do not say (about 0.25 at 40x, 0.5 at 20x)");
    command
        ->add_option("--min-tissue", a.batch.analyse.min_tissue, "Tiles with a smaller share of tissue are background")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    command
        ->add_option("--overlap", a.batch.analyse.overlap, "Share of a tile's edge that it has in common with the next")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 0.9));
    command->add_option("--roi", a.batch.analyse.region_of_interest,
                        "GeoJSON with the areas to score, as QuPath exports them; for a single slide");
    command->add_flag(
        "--keep-offset", a.batch.analyse.keep_offset,
        "GeoJSON in level-0 pixels even where the slide has a bounds offset (QuPath opened with --no-crop)");
    command->add_flag("!--no-gate", a.batch.analyse.gate,
                      "Let benign tiles vote too, those that the model's tumour gate would leave out");
    command->add_flag("!--no-guard", a.batch.analyse.familiarity_guard,
                      "Let tiles vote that are unlike anything that the model was trained on");
    command->add_flag("--plain-geojson", a.batch.exports.plain_tiles_geojson,
                      "Also write tiles.geojson, not compressed");
    add_call_options(*command, a.batch.analyse);
    declare_backend(*command, a.backend);
    command->add_option("-t,--threads", a.batch.analyse.threads, "Threads; 0 takes all processors")
        ->capture_default_str()
        ->check(CLI::Range(0, 1024));
    command->add_flag("--timing", a.timing, "Tell for each slide where its time went and what held it up");
    command->add_flag("-q,--quiet", a.quiet, "No progress display");
    command->footer(
        "Examples:\n"
        "  slidetype run slide.svs -o results\n"
        "  slidetype run slides/ -o results --min-tissue 0.3\n"
        "  slidetype run old_scan.svs -o results --spacing 0.5\n"
        "  slidetype run slide.svs -o results --roi tumour.geojson\n"
        "Exit code: 0 all done, 1 nothing could be begun, 2 some slides failed, 3 all failed, 130 interrupted.");
    command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace slidetype
