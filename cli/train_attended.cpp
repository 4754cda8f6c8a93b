// slidetype train cohort.csv --tiles-from HEADS -o MODEL: heads that were taught by diagnoses pick tiles that teach
#include "cli/train_attended.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/words.h"
#include "cli/cohort_features.h"
#include "cli/cutting_progress.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "model/backends/encoders.h"
#include "model/network/installed_models.h"
#include "plugin/cohorts/attended_cut.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGroup = "Tiles that heads attend to (a table of diagnoses and a model that was trained on one)";
constexpr std::size_t kShownOfLabel = 12;  ///< pictures in the report

fs::path take_table(std::vector<fs::path>& data) {
    for (const auto& each : data) {
        if (!fs::exists(each)) throw Error(ErrorCode::not_found, each.string(), "does not exist");
    }
    const auto count = std::ranges::count_if(data, names_diagnoses);
    if (count != 1) {
        throw Error(ErrorCode::usage, "--tiles-from",
                    count == 0 ? "none of the data is a table of slides with their diagnoses"
                               : "several tables of slides with diagnoses are given",
                    count == 0 ? "Give one, with the columns slide and label, of whose slides tiles are to be picked."
                               : "Put them into one, so that no patient is in two.");
    }
    const auto place = std::ranges::find_if(data, names_diagnoses);
    auto table = *place;
    data.erase(place);
    return table;
}

/// Where `train` of diagnoses puts the features of a model that it makes.
fs::path folder_of_features(const AttendedRun& run, const ModelDirectory& heads) {
    if (!run.features.empty()) return run.features;
    const auto folder = heads.path.has_filename() ? heads.path : heads.path.parent_path();
    return folder.string() + ".features";
}

CohortBags read_bags(const fs::path& table, const fs::path& root, const ModelDirectory& heads, const AttendedRun& run) {
    const auto folder = folder_of_features(run, heads);
    CohortPlaces places;
    places.root = root;
    if (fs::is_directory(folder)) places.features = folder;
    auto cohort = read_cohort(table, places);
    for (const auto& note : cohort.notes) print("{}\n", printable(note));
    if (const auto test = leave_out_test_slides(cohort); test > 0) {
        print("{} for the test and {} nothing\n", counted(test, "slide") + (test == 1 ? " is" : " are"),
              test == 1 ? "teaches" : "teach");
    }
    auto encoder = heads.config.slidetype->heads->encoder;
    if (slides_without_features(cohort) > 0) {
        auto open = open_encoder_of(heads);
        encode_missing(cohort, open, folder, run.threads, run.quiet);
        encoder = open.info;
    }
    return read_bags_shown(std::move(cohort), encoder, run.memory_gb, run.threads, run.quiet);
}

void describe_picks(const AttendedTiles& tiles, const PlacedCut& cut, const Cohort& cohort, const fs::path& folder) {
    print("Picked tiles: {} gave {} LUAD, {} LUSC and {} benign, in {}\n", counted(cut.slides, "slide"), cut.tiles[0],
          cut.tiles[1], cut.tiles[2], printable(folder.string()));
    for (std::size_t c = 0; c < tiles.idle.size(); ++c) {
        if (tiles.idle.at(c) == 0) continue;
        print("  {} of {} gave no tile of it: the heads attend to none of theirs\n", counted(tiles.idle.at(c), "slide"),
              cohort.class_names.at(c));
    }
    if (cut.unreadable > 0) print("  {} left out: could not be read\n", counted(cut.unreadable, "tile"));
}

/// Some of each label, spread over all that were cut.
std::vector<PickedPicture> pictures_to_show(const AttendedTiles& tiles, const PlacedCut& cut, const fs::path& folder) {
    std::array<std::vector<PickedPicture>, 3> all;
    for (std::size_t s = 0; s < tiles.slides.size(); ++s) {
        for (std::size_t i = 0; i < cut.pictures[s].size(); ++i) {
            const auto& tile = tiles.slides[s].tiles[i];
            if (cut.pictures[s][i].file.empty()) continue;
            all.at(static_cast<std::size_t>(tile.label))
                .push_back({folder / cut.pictures[s][i].file, tile.label,
                            fmt::format("{}, attention above {:.0f} % of tiles", tiles.slides[s].slide.name,
                                        std::floor(double{tile.attention}))});
        }
    }
    std::vector<PickedPicture> shown;
    for (const auto& of_label : all) {
        const auto count = std::min(kShownOfLabel, of_label.size());
        for (std::size_t i = 0; i < count; ++i) shown.push_back(of_label[i * of_label.size() / count]);
    }
    return shown;
}

AttendedTiles pick_shown(const CohortBags& bags, const ModelDirectory& heads, const AttendedArguments& arguments,
                         const AttendedRun& run) {
    constexpr double kPercent = 0.01;
    PickRule rule;
    rule.attended = kPercent * arguments.attended;
    rule.unattended = kPercent * arguments.unattended;
    rule.most = arguments.most;
    Progress bar("picking tiles", "slides", run.quiet);
    return pick_attended_tiles(bags, heads, rule, run.threads, [&](std::size_t done, std::size_t total) {
        throw_if_stopped();
        bar.update(done, total);
    });
}

PlacedCut cut_shown(const AttendedTiles& tiles, const fs::path& folder, const TileTarget& target,
                    const AttendedRun& run) {
    Progress bar("cutting picked tiles", "tiles", run.quiet);
    const auto callbacks = show_cutting(bar, tiles.slides.size(), "opening ");
    return cut_attended_tiles(
        tiles, folder,
        {.patch_size_px = target.patch_size_px, .spacing_um_px = target.spacing_um_px, .threads = run.threads},
        callbacks);
}

}  // namespace

void declare_attended_options(CLI::App& command, AttendedArguments& a) {
    auto* heads = command
                      .add_option("--tiles-from", a.heads,
                                  "Model of heads: the tiles of the table's slides that they attend to teach the tile "
                                  "network, and nobody has to outline anything")
                      ->group(kGroup);
    for (const auto* other : {"--encoder", "--folds", "--head", "--tiles", "--cut-sites"}) {
        heads->excludes(command.get_option(other));
    }
    const auto percents = CLI::Range(0.0, 50.0);
    command
        .add_option("--attended", a.attended,
                    "Percent of all tiles, those that most heads attend to most, that teach the diagnosis of their "
                    "slide")
        ->capture_default_str()
        ->check(percents)
        ->needs(heads)
        ->group(kGroup);
    command
        .add_option(
            "--unattended", a.unattended,
            "Percent of all tiles, those that no head attends to, that teach the tumour gate what is benign; 0: "
            "none do")
        ->capture_default_str()
        ->check(percents)
        ->needs(heads)
        ->group(kGroup);
    command.add_option("--picked", a.most, "Tiles of each of the two that are picked of a patient at most")
        ->capture_default_str()
        ->check(CLI::Range(1, 100000))
        ->needs(heads)
        ->group(kGroup);
}

LabelledData read_with_picked_tiles(LabelledDataArguments data, const AttendedArguments& arguments,
                                    const TileTarget& target, const AttendedRun& run,
                                    std::vector<PickedPicture>& shown) {
    const auto table = take_table(data.data);
    const auto model = read_model_directory(find_model(arguments.heads));
    require_attention(model);
    const auto bags = read_bags(table, data.root, model, run);
    const auto tiles = pick_shown(bags, model, arguments, run);
    const auto folder = run.output / "picked_tiles";
    const auto cut = cut_shown(tiles, folder, target, run);
    write_file(run.output / "picked_tiles.csv", picked_tiles_csv(tiles, cut));
    describe_picks(tiles, cut, bags.cohort, folder);
    shown = pictures_to_show(tiles, cut, folder);

    MadePictures made;
    made.inputs.push_back({cut.manifest, cut.manifest.parent_path()});
    made.description = fmt::format("{} (tiles that {} attends to)", table.string(), model.config.name);
    for (const auto* problems : {&bags.cohort.problems, &tiles.problems, &cut.problems}) {
        std::ranges::copy(*problems, std::back_inserter(made.problems));
    }
    auto read = read_labelled_data(data, target, run.threads, run.quiet, made);
    warn(read,
         "what the picked tiles show is what heads and diagnoses say, and no person has looked: figures of them tell "
         "how "
         "well the network learnt that. What it is worth, slides of other patients tell (slidetype evaluate)");
    return read;
}

}  // namespace slidetype
