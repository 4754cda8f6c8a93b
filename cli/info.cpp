// slidetype info SLIDE
#include <fmt/format.h>

#include <cstdio>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "base/parallel.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "cli/waiting.h"
#include "model/network/installed_models.h"
#include "plugin/analysis/engine.h"
#include "plugin/analysis/thread_bound.h"

namespace slidetype {
namespace {

struct InfoArguments {
    std::filesystem::path slide;
    std::string model = kDefaultModel;
    AnalyseOptions analyse;
    bool no_plan = false;
};

/// One figure where it is the same for both axes as far as it is shown.
std::string downsample_text(const SlideLevel& level) {
    const auto x = fmt::format("{:.4f}", level.downsample_x), y = fmt::format("{:.4f}", level.downsample_y);
    return x == y ? x : x + " x " + y;
}

void print_slide(const Slide& slide) {
    print("{}\n  format    {}\n  size      {} x {} px\n", printable(slide.path().string()), slide.vendor(),
          slide.width(), slide.height());
    Table levels({"level", "width", "height", "downsample"});
    for (std::size_t i = 0; i < slide.levels().size(); ++i) {
        const auto& level = slide.levels()[i];
        levels.add(
            {std::to_string(i), std::to_string(level.width), std::to_string(level.height), downsample_text(level)});
    }
    print("\n{}\n", levels.text());
    for (const auto& [name, value] : slide.shown_properties()) print("  {} = {}\n", printable(name), printable(value));
    if (const auto bytes = slide.icc_profile_bytes(); bytes > 0)
        print("  colour profile (ICC) of {} bytes in the file; pixels are used as they are\n", bytes);
}

void print_spacing(const Spacing& spacing) {
    print("\nspacing   {:.4f} x {:.4f} µm/px, {}{}\n", spacing.x_um_px, spacing.y_um_px,
          spacing.place.empty() ? "as given" : "from " + spacing.place,
          spacing.is_estimate() ? " (an estimate: 10 / objective power)" : "");
    for (const auto& each : spacing.not_believed) print("          not believed: {}\n", printable(each));
}

void print_plan(const InfoArguments& arguments) {
    auto model = read_model_directory(find_model(arguments.model));
    const auto config = model.config;
    // Opening the model takes as long as what the slide needs.
    auto opening = std::async(std::launch::async, [&model] { return Engine(std::move(model)); });
    std::optional<Waiting> waiting(std::in_place, "finding tissue");
    const auto plan = plan_slide(config, arguments.slide, arguments.analyse);
    read_first_tile(plan);
    waiting.reset();
    print_spacing(plan.spacing);
    if (plan.offset.x != 0 || plan.offset.y != 0)
        print("offset    {}, {} px (bounds; subtracted in GeoJSON)\n", plan.offset.x, plan.offset.y);
    if (const auto notes = notes_of(plan); !notes.empty()) print("note      {}.\n", printable(notes));
    std::array<std::size_t, kTileStatusCount> counts{};
    for (const auto& tile : plan.grid.tiles) ++counts[static_cast<std::size_t>(tile.status)];
    print("\nrun would score {} of {} tiles ({} background", counts[0], plan.grid.tiles.size(),
          counts[static_cast<std::size_t>(TileStatus::background)]);
    if (!arguments.analyse.region_of_interest.empty()) {
        print(", {} outside the region", counts[static_cast<std::size_t>(TileStatus::outside_roi)]);
    }
    print(")\n  with model {}: {} px at {:.3f} µm/px, so {:.1f} x {:.1f} level-0 pixels a tile, read from level {}\n",
          config.name, config.patch_size_px, config.spacing_um_px, plan.grid.tile_width, plan.grid.tile_height,
          plan.grid.level);
    std::fflush(stdout);
    waiting.emplace("scoring some tiles");
    const auto seconds = opening.get().seconds_per_tile(plan, arguments.analyse.threads);
    waiting.reset();
    if (seconds) {
        print("  at {:.1f} tiles/s here, so in about {}\n", 1 / *seconds,
              duration_text(*seconds * static_cast<double>(counts[0]) + plan.seconds_open + plan.seconds_tissue));
    }
}

int info(const InfoArguments& arguments) {
    const ThreadBound bound(arguments.analyse.threads);
    const EndAtOnce nothing_to_lose;
    {
        const Slide slide(arguments.slide);
        print_slide(slide);
        std::fflush(stdout);
        if (arguments.no_plan) {
            for (const auto& note : slide.notes()) print("\nnote      {}.\n", printable(note));
            return kDone;
        }
    }
    print_plan(arguments);
    return kDone;
}

}  // namespace

void declare_info(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<InfoArguments>();
    auto* command =
        program.add_subcommand("info", "Show a slide's properties, what run would do, and how long it would take");
    command->add_option("slide", arguments->slide, "The slide")->required();
    command->add_option("-m,--model", arguments->model, "Installed model or model directory")->capture_default_str();
    command->add_option("--spacing", arguments->analyse.spacing_um_px, "µm per level-0 pixel");
    command->add_option("--min-tissue", arguments->analyse.min_tissue, "Tiles with less tissue are background")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    command->add_option("--roi", arguments->analyse.region_of_interest, "GeoJSON with the areas to score");
    command->add_option("-t,--threads", arguments->analyse.threads, "Threads; 0 takes all processors")
        ->capture_default_str()
        ->check(CLI::Range(0, 1024));
    command->add_flag("--no-plan", arguments->no_plan, "Only what the file says; find no tissue, load no model");
    command->footer(
        "Labels, free text and what may identify a patient are not shown.\nExample:\n  slidetype info slide.svs");
    command->callback([arguments, &action] { action = [arguments] { return info(*arguments); }; });
}

}  // namespace slidetype
