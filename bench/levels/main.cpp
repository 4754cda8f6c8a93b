// level_bench: whether a slide scores the same whatever levels its pyramid has. Scores each slide as it is, its finest
// level alone (the same compressed tiles), its tiles as WSInfer reads them, and its tiles from each other level that is
// fine enough, and tells how far the last class's probability lies apart.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/scratch_folder.h"
#include "bench/guarded.h"
#include "bench/levels/one_level.h"
#include "bench/levels/score_change.h"
#include "cli/table.h"
#include "model/network/installed_models.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

struct LevelArguments {
    std::vector<fs::path> slides;
    std::vector<std::string> models = {kDefaultModel};
    std::optional<double> spacing_um_px;
};

/// The levels that have at least as many pixels as the model asks for, but for the one that was read.
std::vector<int> fine_enough_levels(const fs::path& slide, const SlideResult& result) {
    std::vector<int> levels;
    const auto all = Slide(slide).levels();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool fine = all[i].downsample_x * result.grid.patch_size_px <= result.grid.tile_width;
        if (fine && static_cast<int>(i) != result.grid.level) levels.push_back(static_cast<int>(i));
    }
    return levels;
}

void add_row(Table& table, const std::string& what, const ScoreChange& change, std::vector<std::string> row) {
    for (auto& cell :
         {what, fmt::format("{}", change.tiles), fmt::format("{:.4f}", change.mean), fmt::format("{:.3f}", change.most),
          fmt::format("{}", change.far), fmt::format("{}", change.other_class)})
        row.push_back(cell);
    table.add(std::move(row));
}

int measure_levels(const LevelArguments& arguments) {
    Table table({"model", "slide", "level", "against", "tiles", "mean", "most", "beyond 0.2", "other class"});
    for (const auto& name : arguments.models) {
        const Engine engine(read_model_directory(find_model(name)));
        AnalyseOptions options;
        options.spacing_um_px = arguments.spacing_um_px;
        for (const auto& slide : arguments.slides) {
            const ScratchFolder folder("level_bench");
            const auto alone = folder.path() / "one_level.tiff";
            write_one_level(slide, alone);
            const auto result = engine.analyse(slide, options);
            options.spacing_um_px = result.slide.spacing.x_um_px;
            const std::vector<std::string> row = {engine.model().config.name, slide.filename().string(),
                                                  fmt::format("{}", result.grid.level)};
            add_row(table, "one level", score_change(result, engine.analyse(alone, options)), row);
            add_row(table, "WSInfer's way", change_from_full_size(engine, result), row);
            for (const int level : fine_enough_levels(slide, result)) {
                const auto other = analysed_from_level(engine, slide, options, level);
                add_row(table, fmt::format("level {}", level), score_change(result, other), row);
            }
            options.spacing_um_px = arguments.spacing_um_px;
        }
    }
    fmt::print("{}", table.text());
    return 0;
}

}  // namespace
}  // namespace slidetype::bench

int main(int argc, char** argv) {
    using namespace slidetype::bench;
    LevelArguments arguments;
    CLI::App app("Whether slides score the same whatever levels their pyramids have");
    app.add_option("slides", arguments.slides, "Slides: TIFFs in tiles")->required();
    app.add_option("--model", arguments.models, "Models: names or folders");
    app.add_option("--spacing", arguments.spacing_um_px, "Pixel size of level 0, um");
    CLI11_PARSE(app, argc, argv);
    return guarded([&] { return measure_levels(arguments); });
}
