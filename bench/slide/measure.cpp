#include "bench/slide/measure.h"

#include <tbb/global_control.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/parallel.h"
#include "base/stopwatch.h"
#include "bench/scoring/random_model.h"
#include "model/backends/self_test.h"
#include "model/exchange/wsinfer_export.h"
#include "model/network/installed_models.h"
#include "model/onednn/int8_calibration.h"
#include "plugin/analysis/engine.h"
#include "plugin/analysis/tile_pipeline.h"
#include "plugin/results/exporter.h"
#include "plugin/results/stored_result.h"

namespace slidetype::bench {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr std::size_t kCalibrationTiles = 64;
constexpr std::size_t kScoredBlocks = 32;  // kept in memory and scored again and again: 20 MB at 112 px, 100 at 256

ModelDirectory named_model(const std::string& name) {
    constexpr std::string_view kRandom = "random:";
    if (name.starts_with(kRandom)) return random_model(name.substr(kRandom.size()));
    return read_model_directory(find_model(name));
}

/// Costs nothing, so that what a pipeline does beside scoring can be seen.
class NoClassifier final : public Classifier {
  public:
    std::string description() const override { return "none"; }
    TileScores classify(std::span<const std::uint8_t>, std::size_t count) override {
        return {std::vector<float>(2 * count, 0.5F), {}, {}};
    }
};

/// At most `most` tiles' worth of blocks, evenly from all.
std::vector<TileBlock> some_blocks(const TileGrid& grid, std::size_t most) {
    const auto all = make_blocks(grid);
    std::size_t tiles = 0;
    for (const auto& block : all) tiles += block.tiles.size();
    if (tiles <= most) return all;
    const auto count = std::max<std::size_t>(1, all.size() * most / tiles);
    std::vector<TileBlock> some;
    some.reserve(count);
    for (std::size_t i = 0; i < count; ++i) some.push_back(all[i * all.size() / count]);
    return some;
}

std::size_t tiles_in(std::span<const TileBlock> blocks) {
    std::size_t tiles = 0;
    for (const auto& block : blocks) tiles += block.tiles.size();
    return tiles;
}

SlidePlan plan_of(const Contest& contest) {
    return Engine(read_model_directory(contest.model), contest.backend).plan(contest.slide, {});
}

json score_only(Classifier& classifier, const std::vector<BlockPixels>& blocks, const Contest& contest) {
    const auto work = [&](std::size_t i) {
        const auto& block = blocks[i % blocks.size()];
        (void)classifier.classify(block.pixels, block.tiles.size());
    };
    const auto warm_up = static_cast<std::size_t>(contest.threads);
    parallel_for(contest.threads, warm_up, work);
    std::size_t rounds = 0, tiles = 0;
    while (tiles < contest.sample) tiles += blocks[rounds++ % blocks.size()].tiles.size();
    const auto begin = Clock::now();
    parallel_for(contest.threads, rounds, work);
    return {{"tiles_s", static_cast<double>(tiles) / seconds_since(begin)}};
}

}  // namespace

void write_contest_model(const std::string& name, const fs::path& slide, const fs::path& folder) {
    const auto model = named_model(name);
    write_model_directory(folder, model.config, model.weights, StorageType::f32, model.familiarity);
    const auto plan = Engine(model).plan(slide, {});
    std::vector<std::uint8_t> tiles;
    for (const auto& block : some_blocks(plan.grid, kCalibrationTiles)) {
        const auto pixels = TileReader(*plan.slide, plan.grid).read(block).pixels;
        tiles.insert(tiles.end(), pixels.begin(), pixels.end());
    }
    store_int8(folder, model.config.slidetype->int8 ? *model.config.slidetype->int8 : calibrate_int8(model, tiles));
}

json measure_end_to_end(const Contest& contest) {
    // Also for what is written, which takes all processors else.
    const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism,
                                      static_cast<std::size_t>(contest.threads));
    auto model = read_model_directory(contest.model);
    const auto folder = fs::temp_directory_path() / ("slide_bench-" + std::to_string(::getpid()));
    const auto begin = Clock::now();
    const Engine engine(std::move(model), contest.backend);
    const double opened = seconds_since(begin);
    AnalyseOptions options;
    options.threads = contest.threads;
    const auto result = engine.analyse(contest.slide, options);
    write_result_folder(result, folder, {});
    const double wall = seconds_since(begin);
    const auto times = read_stored_times(folder);
    fs::remove_all(folder);

    const auto counts = result.status_counts();
    const auto count = [&](TileStatus status) { return counts[static_cast<std::size_t>(status)]; };
    const auto tiles = count(TileStatus::ok) + count(TileStatus::benign) + count(TileStatus::unfamiliar);
    return {{"backend", engine.backend()},
            {"threads", contest.threads},
            {"tiles", tiles},
            {"grid_tiles", result.grid.tiles.size()},
            {"wall_s", wall},
            {"tiles_s", static_cast<double>(tiles) / wall},
            {"pipeline_tiles_s", static_cast<double>(tiles) / times.pipeline},
            {"open_model_s", opened},
            {"open_s", times.open},
            {"tissue_s", times.tissue},
            {"read_s", times.read},
            {"resample_s", times.resample},
            {"score_s", times.score},
            {"pipeline_s", times.pipeline},
            {"idle_s", times.idle()},
            {"write_s", times.write},
            {"bottleneck", bottleneck(times)}};
}

json measure_reading(const Contest& contest) {
    const auto plan = plan_of(contest);
    const auto blocks = some_blocks(plan.grid, contest.sample);
    NoClassifier none;
    PipelineOptions options;
    options.threads = contest.threads;
    const auto read = score_blocks(plan.grid, blocks, TileReader(*plan.slide, plan.grid), none, options);
    return {{"tiles_s", static_cast<double>(tiles_in(blocks)) / read.seconds_wall},
            {"read_s", read.seconds_read},
            {"resample_s", read.seconds_resample}};
}

json measure_scoring(const Contest& contest) {
    const auto classifier = open_classifier(read_model_directory(contest.model), contest.backend);
    std::vector<BlockPixels> blocks;
    {
        const auto plan = plan_of(contest);
        const auto some = some_blocks(plan.grid, kScoredBlocks * 16);
        blocks.reserve(some.size());
        for (const auto& block : some) blocks.push_back(TileReader(*plan.slide, plan.grid).read(block));
    }
    return score_only(*classifier, blocks, contest);
}

fs::path write_peer_task(const Contest& contest, const fs::path& folder, std::size_t most) {
    fs::create_directories(folder);
    const auto model = read_model_directory(contest.model);
    export_torchscript(model, folder / "torchscript_model.pt");
    const auto plan = plan_of(contest);
    const auto classifier = open_classifier(model, contest.backend);
    json tiles = json::array();
    for (const auto& block : some_blocks(plan.grid, most)) {
        const auto read = TileReader(*plan.slide, plan.grid).read(block);
        const auto scores = classifier->classify(read.pixels, read.tiles.size());
        for (std::size_t i = 0; i < read.tiles.size(); ++i) {
            const auto& rect = plan.grid.tiles[read.tiles[i]].rect;
            tiles.push_back({rect.x, rect.y, rect.width, rect.height, scores.probabilities[2 * i + 1]});
        }
    }
    const json task = {{"slide", fs::absolute(contest.slide).string()},
                       {"model", fs::absolute(folder / "torchscript_model.pt").string()},
                       {"patch_size_px", plan.grid.patch_size_px},
                       {"tiles", std::move(tiles)}};
    write_file(folder / "tiles.json", task.dump());
    return folder / "tiles.json";
}

}  // namespace slidetype::bench
