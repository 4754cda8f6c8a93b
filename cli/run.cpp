// slidetype run SLIDE…|FOLDER|PATTERN|MANIFEST.csv -o OUT

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/words.h"
#include "cli/backend_option.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/known_material.h"
#include "cli/patient_option.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/run_display.h"
#include "cli/run_summary.h"
#include "cli/shard_option.h"
#include "cli/stage_report.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "cli/waiting.h"
#include "model/network/installed_models.h"
#include "plugin/analysis/memory_need.h"
#include "plugin/analysis/thread_bound.h"
#include "plugin/batch/batch.h"
#include "plugin/batch/batch_log.h"
#include "plugin/batch/batch_plan.h"
#include "plugin/batch/batch_report.h"
#include "plugin/results/stored_result.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

struct RunArguments {
    std::vector<fs::path> slides;
    std::string model = kDefaultModel;
    BatchOptions batch;
    Backend backend = Backend::automatic;
    std::uint64_t memory_bytes = 0;
    fs::path log_json;
    ShardOption shard;
    bool quiet = false, timing = false, dry_run = false, report = false, pictures = false;
    CLI::Option* patients = nullptr;  ///< --patients, which needs patients
};

void require_patients(std::span<const BatchSlide> slides) {
    if (std::ranges::any_of(slides, [](const BatchSlide& slide) { return !slide.patient.empty(); })) return;
    throw Error(ErrorCode::usage, "--patients", "needs to know which slides are of one patient, and nothing says it",
                "Give a table with the columns slide,patient in place of the slides.");
}

std::vector<BatchSlide> slides_of(const RunArguments& arguments) {
    SlideList list;
    {
        const Waiting waiting("looking for slides", arguments.quiet);
        list = list_slides(arguments.slides,
                           arguments.pictures ? PicturesBelowFolders::taken : PicturesBelowFolders::left_out);
    }
    for (const auto& problem : list.problems) print(stderr, "{}\n", printable(problem));
    if (const auto n = list.ignored.size(); n > 0) {
        print(stderr, "{} below the folders {} and {} left out{}.\n", counted(n, "other file"),
              n == 1 ? "is no slide" : "are no slides", n == 1 ? "is" : "are",
              list.pictures_left_out > 0
                  ? fmt::format(" ({}: --pictures takes them for slides)", counted(list.pictures_left_out, "picture"))
                  : "");
    }
    if (list.slides.empty()) {
        throw Error(ErrorCode::not_found, arguments.slides.front().string(), "holds no slide",
                    list.pictures_left_out > 0
                        ? "Photographs of sections are taken with --pictures; `slidetype score` scores pictures of "
                          "single fields."
                        : "Check the path; `slidetype info FILE` tells why a file is no slide.");
    }
    if (list.slides.size() > 1 && !arguments.batch.analyse.region_of_interest.empty()) {
        throw Error(ErrorCode::usage, "--roi", "belongs to one slide, and several are given",
                    "Name the regions in the column `roi` of a CSV manifest, or run each slide by itself.");
    }
    if (arguments.patients->count() > 0) require_patients(list.slides);
    return std::move(list.slides);
}

int dry_run(const Engine& engine, std::span<const BatchSlide> slides, const RunArguments& arguments) {
    std::optional<Progress> bar;
    std::optional<Waiting> waiting;
    if (slides.size() > 1) {
        bar.emplace("planning", "slides", arguments.quiet);
    } else {
        waiting.emplace("opening, finding tissue", arguments.quiet);
    }
    const auto plan = plan_batch(
        engine, slides, arguments.batch,
        [&](std::size_t index, const PlannedSlide&) {
            if (bar) bar->update(index + 1, slides.size());
        },
        stop_requested);
    bar.reset(), waiting.reset();
    print_plan(plan, arguments.batch.output);
    return exit_code(plan);
}

BatchReport run_shown(const Engine& engine, std::span<const BatchSlide> slides, const RunArguments& arguments,
                      BatchLog* log) {
    RunDisplay display(slides.size(), arguments.quiet);
    std::size_t present = 0;
    BatchCallbacks callbacks;
    callbacks.slide_awaited = [&](std::size_t index, const SlideRecord& record) { display.await(index, record); };
    callbacks.slide_begins = [&](std::size_t index, const SlideRecord& record, const std::string& why) {
        present = index;
        display.begin(index, record, why);
        if (log != nullptr) log->slide_begins(index, record, why);
    };
    callbacks.slide_ends = [&](std::size_t index, const SlideRecord& record) {
        display.end(index, record);
        if (arguments.timing && record.state == SlideRecord::State::done && !record.skipped) {
            print("{}\n{}\n", printable(record.source.string()),
                  stage_report(read_stored_times(arguments.batch.output / record.name)));
        }
        if (log != nullptr) log->slide_ends(index, record);
    };
    callbacks.progress = [&](const AnalyseProgress& progress) {
        display.progress(progress);
        if (log != nullptr) log->progress(present, progress);
    };
    callbacks.stop_requested = stop_requested;
    return run_batch(engine, slides, arguments.batch, callbacks);
}

/// The page of the whole batch; that it cannot be written does not undo what was done.
void write_page(const fs::path& output, std::span<const PatientLine> patients) {
    try {
        const Waiting waiting("writing the page of all slides");
        write_batch_report(list_results(output), output, patients);
        print("All slides on one page: {}\n", printable((output / "report.html").string()));
    } catch (const Error& error) {
        print(stderr, "{}\n", printable(error.what()));
    }
}

bool has_labels(std::span<const BatchSlide> slides) {
    return std::ranges::any_of(slides, [](const BatchSlide& slide) { return !slide.label.empty(); });
}

int run(RunArguments& arguments) {
    std::optional<EndAtOnce> nothing_to_lose(std::in_place);
    const auto taken = take_shard(slides_of(arguments), arguments.shard);
    const auto& slides = taken.ours;
    arguments.batch.part = taken.part;
    const ThreadBound bound(arguments.batch.analyse.threads);
    if (const auto warning = address_space_warning(arguments.batch.analyse.threads); !warning.empty()) {
        print(stderr, "{}\n", warning);
    }
    if (arguments.memory_bytes > 0) arguments.batch.analyse.memory_bytes = arguments.memory_bytes;
    arguments.batch.model_directory = find_model(arguments.model);
    const Engine engine(read_model_directory(arguments.batch.model_directory), arguments.backend);
    const auto& output = arguments.batch.output;
    if (!arguments.quiet) {
        print(stderr, "{}, model {} ({}), results in {}\n", counted(slides.size(), "slide"), engine.model().config.name,
              engine.backend(), printable(output.string()));
    }
    if (!arguments.quiet) print_no_check(engine.model(), "slide");
    if (arguments.dry_run) return dry_run(engine, slides, arguments);
    nothing_to_lose.reset();
    std::optional<BatchLog> log;
    if (!arguments.log_json.empty()) {
        log.emplace(arguments.log_json);
        log->run_begins(engine, slides, output);
    }
    const auto report = run_shown(engine, slides, arguments, log ? &*log : nullptr);
    const int code = exit_code(report);
    const auto records = record_folder(output, taken.part);
    const auto& ours = engine.model().config.slidetype;
    const auto& analyse = arguments.batch.analyse;
    const ShownColumns shown{analyse.gate && ours && ours->gate,
                             analyse.familiarity_guard && ours && ours->familiarity};
    if (report.count(SlideRecord::State::done) > 0) print_results(report, output, records, shown);
    if (!taken.part && (arguments.report || has_labels(slides))) write_page(output, report.patients);
    if (taken.part) {
        print("`slidetype collect {}` puts the parts together{}.\n", printable(output.string()),
              arguments.report ? ", with --report on one page" : "");
    }
    print_unlike_slides(report, engine.model().config);
    print_outcome(report, records);
    if (log) log->run_ends(report, code);
    return code;
}

/// Where they are not given, the model's own count.
void add_call_options(CLI::App& command, AnalyseOptions& options) {
    const std::string group = "The call (defaults: what the model says)";
    command
        .add_option("--min-area", options.min_area_mm2,
                    "Tumour in mm² (without a tumour gate: scored tissue) below which the call is insufficient")
        ->check(CLI::NonNegativeNumber)
        ->group(group);
    command
        .add_option("--min-tumour-share", options.min_tumour_share,
                    "Share of the tissue that must be tumour, else the call is insufficient")
        ->check(CLI::Range(0.0, 1.0))
        ->group(group);
    command
        .add_option("--mixed-share", options.mixed_share,
                    "Share of the tumour that each class must cover in regions of its own to be called mixed")
        ->check(CLI::Range(0.0, 1.0))
        ->group(group);
    command
        .add_option("--mixed-region", options.mixed_region_mm2, "mm² of tumour that such a region must have to count")
        ->check(CLI::NonNegativeNumber)
        ->group(group);
}

void add_batch_options(CLI::App& command, RunArguments& a) {
    const std::string group = "Many slides";
    command
        .add_flag("--dry-run", a.dry_run, "Say what would be done, how long it takes and how much room; write nothing")
        ->group(group);
    command.add_flag("--force", a.batch.force, "Also slides whose result is complete")->group(group);
    command.add_flag("--fail-fast", a.batch.fail_fast, "Begin no further slide after one that failed")->group(group);
    command.add_option("--limit", a.batch.limit, "Begin at most so many slides; those that are complete do not count")
        ->check(CLI::PositiveNumber)
        ->group(group);
    a.patients = declare_patients(command, a.batch.patients)->group(group);
    command.add_flag("--report", a.report, "Write report.html with all slides; so it is with labels in a manifest")
        ->group(group);
    declare_shard(command, group, a.shard);
    declare_stage(command, group, a.batch.stage);
    command.add_option("--log-json", a.log_json, "Append what happens to this file, one JSON object per line")
        ->group(group);
}

}  // namespace

void declare_run(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<RunArguments>();
    auto& a = *arguments;
    auto* command = program.add_subcommand("run", "Tile, score and call slides; write heatmaps and GeoJSON");
    command
        ->add_option("slides", a.slides,
                     "Slides or photographs; folders, for all slides below them; patterns such as 'a/*.svs'; tables "
                     "(.csv, .tsv, "
                     ".txt) with the "
                     "columns slide[,name][,spacing][,roi][,label][,patient]")
        ->required();
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
    command->add_flag(
        "--pictures", a.pictures,
        "Take photographs (JPEG, PNG, BMP, WebP, TIFF) below folders for slides, too; those that are named "
        "always are");
    command->add_flag("--plain-geojson", a.batch.exports.plain_tiles_geojson,
                      "Also write tiles.geojson, not compressed");
    add_call_options(*command, a.batch.analyse);
    declare_backend(*command, a.backend);
    command->add_option("-t,--threads", a.batch.analyse.threads, "Threads; 0 takes all processors")
        ->capture_default_str()
        ->check(CLI::Range(0, 1024));
    command->add_flag("--timing", a.timing, "Tell for each slide where its time went and what held it up");
    command
        ->add_option("--memory", a.memory_bytes,
                     "Most memory that a slide may take beside the model, such as 2GB: fewer threads are used, and "
                     "slides that need more fail")
        ->transform(CLI::AsSizeValue(true));
    command->add_flag("-q,--quiet", a.quiet, "No progress display");
    add_batch_options(*command, a);
    command->footer(good_for_help);
    command->footer(
        "Examples:\n"
        "  slidetype run slide.svs -o results\n"
        "  slidetype run slides/ -o results --min-tissue 0.3\n"
        "  slidetype run slides/ -o results --dry-run          what it would do, how long, how much disk\n"
        "  slidetype run slides.csv -o results --log-json run.log   slides with names, spacings, regions, labels\n"
        "  slidetype run slides.csv -o results -m my_model          with a column patient: one call per patient, too\n"
        "  slidetype run 'study/*/he_*.svs' -o results --memory 2GB\n"
        "  slidetype run old_scan.svs -o results --spacing 0.5\n"
        "  slidetype run slide.svs -o results --roi tumour.geojson\n"
        "Run again with the same output folder, it does only what is missing: slides whose result is complete and was "
        "made\n"
        "from the same slide, model and settings are skipped. Several processes, also of several machines, may share "
        "one\n"
        "output folder.\n"
        "Of many machines each does a part (--shard), and `slidetype collect` puts the parts together; see "
        "docs/cluster.md.\n" +
        std::string(exit_code_help()) + " Of --dry-run 2 and 3 where some\nor all would fail.");
    command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace slidetype
