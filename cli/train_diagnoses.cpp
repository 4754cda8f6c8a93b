// slidetype train cohort.csv -o MODEL, where the table names slides and diagnoses
#include "cli/train_diagnoses.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/words.h"
#include "cli/cohort_features.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/metrics_table.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "cli/waiting.h"
#include "model/backends/encoders.h"
#include "model/network/installed_models.h"
#include "plugin/analysis/engine.h"
#include "plugin/cohorts/attended_pictures.h"
#include "plugin/cohorts/cohort_bags.h"
#include "plugin/cohorts/cohort_page.h"
#include "plugin/cohorts/diagnosis_training.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDiagnoses = "From diagnoses (a table slide,label[,patient][,site][,fold|split])";
constexpr const char* kCheckpoint = "heads.checkpoint";

const std::map<std::string, HeadLoss> kHeads = {
    {"attention", HeadLoss::bag}, {"clam", HeadLoss::clam}, {"each-tile", HeadLoss::each_tile}};

fs::path folder_of_features(const DiagnosisArguments& arguments, const DiagnosisRun& run) {
    if (!arguments.features.empty()) return arguments.features;
    const auto output = run.output.has_filename() ? run.output : run.output.parent_path();
    return output.string() + ".features";
}

Cohort read_table(const DiagnosisRun& run, const fs::path& features) {
    CohortPlaces places;
    places.root = run.root;
    if (fs::is_directory(features)) places.features = features;
    return read_cohort(run.table, places);
}

/// Encodes what has no features yet; gives the encoder, where one is named or needed.
std::optional<EncoderInfo> encode_where_missing(Cohort& cohort, const DiagnosisArguments& arguments,
                                                const DiagnosisRun& run, const fs::path& folder) {
    const bool missing = slides_without_features(cohort) > 0;
    if (!missing && arguments.encoder.empty()) return std::nullopt;
    auto encoder = open_encoder(arguments.encoder.empty() ? kDefaultModel : arguments.encoder);
    if (missing) encode_missing(cohort, encoder, folder, run.threads, run.quiet);
    return encoder.info;
}

void print_cohort(const CohortBags& bags) {
    std::map<std::string, int> patients, sites;
    std::array<std::size_t, 2> count{};
    for (const auto& slide : bags.cohort.slides) {
        ++patients[slide.patient], ++sites[slide.site];
        ++count.at(static_cast<std::size_t>(slide.label));
    }
    sites.erase("");
    print("{} ({} LUAD, {} LUSC) of {}{}, {} of {} numbers{}\n", counted(bags.cohort.slides.size(), "slide"), count[0],
          count[1], counted(patients.size(), "patient"), sites.empty() ? "" : " from " + counted(sites.size(), "site"),
          counted(bags.tiles, "tile"), bags.dimension(),
          bags.encoder.name.empty() ? "" : " by " + printable(bags.encoder.name));
}

HeadOptions head_options(const DiagnosisArguments& arguments, const DiagnosisRun& run) {
    HeadOptions options;
    options.loss = kHeads.at(arguments.head);
    options.tiles = arguments.tiles;
    options.epochs = run.epochs.value_or(options.epochs);
    options.learning_rate = run.learning_rate.value_or(options.learning_rate);
    options.seed = run.seed;
    options.threads = run.threads;
    options.checkpoint = run.output / kCheckpoint;
    options.resume = run.resume;
    return options;
}

HeadCallbacks head_callbacks(std::optional<Progress>& bar, const HeadOptions& options, bool quiet) {
    HeadCallbacks callbacks;
    callbacks.progress = [&bar, quiet, last = std::string()](const HeadProgress& now) mutable {
        const auto title =
            now.measuring ? std::string("looking at whole slides") : fmt::format("epoch {}/{}", now.epoch, now.epochs);
        if (title != last) bar.reset();
        if (!bar) bar.emplace(title, "slides", quiet);
        last = title;
        bar->update(
            now.done, now.total,
            std::isfinite(now.auc) && !now.measuring ? fmt::format("loss {:.4f}, AUC {:.3f}", now.loss, now.auc) : "");
    };
    callbacks.epoch_done = [&bar, epochs = options.epochs](const HeadEpoch& epoch) {
        bar.reset();
        const int left = epochs - epoch.epoch;
        print("epoch {:3}: loss {:.4f}, AUC {:.4f}; kept out: loss {:.4f}, AUC {:.4f}; {}{}\n", epoch.epoch,
              epoch.train_loss, epoch.train_auc, epoch.loss, epoch.auc, duration_text(epoch.seconds),
              left > 0 ? fmt::format("; about {} left", duration_text(epoch.seconds * left)) : "");
        std::fflush(stdout);
    };
    callbacks.stop_requested = stop_requested;
    return callbacks;
}

void print_figures(const LearnedHeads& learned) {
    if (!learned.figures) {
        print("\nNo slide was kept out, so nothing is known of what the calls are worth.\n");
        return;
    }
    const auto row = [](const char* name, const CaseFigures& figures) {
        const auto& m = figures.metrics;
        print("  {:<9} {:>5}   AUC {}   balanced accuracy {}   Brier {}\n", name, m.n, figure_text(m.auc),
              figure_text(m.balanced_accuracy), figure_text(m.brier));
    };
    print("\nEach by the head that has not learned from it (95 % intervals by patient; temperature {:.3f}):\n",
          learned.temperature);
    row("slides", learned.figures->slides);
    row("patients", learned.figures->patients);
}

AttendedPage attended_by(const LearnedHeads& learned, const CohortBags& bags, const DiagnosisRun& run) {
    std::optional<Progress> bar(std::in_place, "looking for attended tiles", "slides", run.quiet);
    const auto show = [&](std::size_t done, std::size_t total) {
        throw_if_stopped();
        bar->update(done, total);
    };
    auto ends = ends_out_of_fold(learned, bags, run.threads, show);
    bar.emplace("reading attended tiles", "slides", run.quiet);
    return attended_page(std::move(ends), bags, "Each slide by the head that has not learned from it.", run.threads,
                         show);
}

void write_page_of(const LearnedHeads& learned, const CohortBags& bags, const DiagnosisRun& run) {
    if (!learned.figures) return;
    const auto attended = attended_by(learned, bags, run);
    write_file(run.output / "report.html", cohort_page({.model = run.name,
                                                        .sha256 = read_model_directory(run.output).sha256,
                                                        .good_for = run.good_for,
                                                        .cohort = bags.cohort,
                                                        .slides = learned.slides,
                                                        .patients = learned.patients,
                                                        .figures = *learned.figures,
                                                        .folds = learned.folds.description,
                                                        .epochs = learned.report.epochs,
                                                        .attended = attended,
                                                        .origin = {.data = run.table.string(),
                                                                   .command_line = command_line(),
                                                                   .versions = {{"slidetype", version()}},
                                                                   .warnings = learned.folds.notes}}));
}

}  // namespace

void declare_diagnosis_options(CLI::App& command, DiagnosisArguments& a) {
    command
        .add_option(
            "--features", a.features,
            "Folder of feature files: those of the slides are looked for here by name (also CLAM's and TRIDENT's "
            "folders), and written here where there are none (default: MODEL.features)")
        ->group(kDiagnoses);
    command
        .add_option(
            "--encoder", a.encoder,
            "Encoder of the features: an installed model, or a TorchScript or ONNX file with encoder.json beside it "
            "(default: that of the files at hand, else compact)")
        ->group(kDiagnoses);
    command.add_option("--folds", a.folds, "Heads, each measured with the part of the patients that it never saw")
        ->capture_default_str()
        ->check(CLI::Range(2, 20))
        ->group(kDiagnoses);
    std::vector<std::string> names;
    names.reserve(kHeads.size());
    for (const auto& [name, loss] : kHeads) names.push_back(name);
    command
        .add_option(
            "--head", a.head,
            "attention: gated attention; clam: and the most and least attended tiles teach, too; each-tile: the "
            "slide's label on every tile, whose mean is the slide's")
        ->capture_default_str()
        ->check(CLI::IsMember(names))
        ->group(kDiagnoses);
    command.add_option("--tiles", a.tiles, "Tiles drawn of a slide in each step")
        ->capture_default_str()
        ->check(CLI::Range(8, 1 << 20))
        ->group(kDiagnoses);
    command.add_option("--memory-gb", a.memory_gb, "Features that are kept in memory; others are read in every epoch")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e4))
        ->group(kDiagnoses);
    command.add_flag("--cut-sites", a.cut_sites, "Let folds cut sites: by default a site lies in one fold")
        ->group(kDiagnoses);
}

int train_from_diagnoses(const DiagnosisArguments& arguments, const DiagnosisRun& run) {
    const auto folder = folder_of_features(arguments, run);
    auto cohort = read_table(run, folder);
    for (const auto& note : cohort.notes) print("{}\n", printable(note));
    const auto encoder = encode_where_missing(cohort, arguments, run, folder);
    const auto bags = read_bags_shown(std::move(cohort), encoder, arguments.memory_gb, run.threads, run.quiet);
    print_skipped(bags.cohort.problems);
    print_cohort(bags);

    create_folders(run.output);
    const auto options = head_options(arguments, run);
    CohortFoldOptions folds;
    folds.folds = arguments.folds;
    folds.seed = run.seed;
    folds.keep_sites = !arguments.cut_sites;
    std::optional<Progress> bar;
    const auto learned = learn_from_diagnoses(bags, folds, options, head_callbacks(bar, options, run.quiet));
    bar.reset();
    if (learned.report.stopped_early) {
        print("Stopped. To go on: the same command with --resume\n");
        return kInterrupted;
    }
    print("{}\n", printable(learned.folds.description));
    for (const auto& note : learned.folds.notes) print("{}\n", printable(note));
    write_learned_model(learned, bags, run.output, run.name, run.good_for);
    write_page_of(learned, bags, run);
    print_figures(learned);
    std::error_code ignored;
    fs::remove(options.checkpoint, ignored);
    print(
        "\nModel written to {}, with a report to look at: report.html\nTry it: slidetype run SLIDE -o OUT --model {}\n",
        printable(run.output.string()), printable(run.output.string()));
    return kDone;
}

}  // namespace slidetype
