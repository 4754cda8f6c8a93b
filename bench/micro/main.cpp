// micro_bench: single steps, one thread each, with Google Benchmark (its own options apply, such as
// --benchmark_filter). Reading on drawn pictures and at more scales is measured in bench/reading, whole slides in
// slide_bench.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/random.h"
#include "base/resampling/resample.h"
#include "bench/micro/fma_peak.h"
#include "bench/micro/made_result.h"
#include "bench/scoring/random_model.h"
#include "bench/slide/bench_slide.h"
#include "model/backends/backend.h"
#include "model/onednn/int8_calibration.h"
#include "plugin/results/exporter.h"
#include "tests/support.h"
#include "tiler/tiles/tile_reader.h"
#include "tiler/tiles/tissue_mask.h"

namespace slidetype::bench {
namespace {

std::vector<std::uint8_t> noise(std::size_t bytes) {
    Random random(3);
    std::vector<std::uint8_t> out(bytes);
    for (auto& byte : out) byte = static_cast<std::uint8_t>(random.below(256));
    return out;
}

/// Multiply-adds in registers alone: what the scoring can at most reach on one core.
void fma_peak(benchmark::State& state) {
    double operations = 0;
    for (auto _ : state) operations += fma_burst();
    state.counters["GFLOP/s"] = benchmark::Counter(operations / 1e9, benchmark::Counter::kIsRate);
}
BENCHMARK(fma_peak);

/// From range(0) pixels squared to range(1).
void resample_tile(benchmark::State& state) {
    const int from = static_cast<int>(state.range(0)), to = static_cast<int>(state.range(1));
    RgbImage source(from, from), target(to, to);
    source.pixels = noise(source.pixels.size());
    for (auto _ : state) resample(source, target);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(resample_tile)->Args({256, 112})->Args({128, 112})->Args({512, 112})->Args({512, 256});

/// A slide like that of slide_bench, made for the run.
class ReadSlide {
  public:
    explicit ReadSlide(bool scan_40x) : file_(folder_ / "slide.tiff") {
        constexpr std::size_t kTiles = 200;
        write_bench_slide(file_, tissue_pictures({}, SLIDETYPE_SOURCE_DIR "/sample_slides"),
                          {.tissue_tiles = kTiles, .scan_40x = scan_40x});
    }
    const std::filesystem::path& file() const { return file_; }

  private:
    testing::TemporaryFolder folder_;
    std::filesystem::path file_;
};

const std::filesystem::path& slide_of_scan(bool scan_40x) {
    static std::map<bool, ReadSlide> made;
    return made.try_emplace(scan_40x, scan_40x).first->second.file();
}

/// Blocks of tiles as a network of that architecture takes them, decoded and resampled.
void read(benchmark::State& state, const char* architecture, bool scan_40x, PixelPath way) {
    const Slide slide(slide_of_scan(scan_40x), way);
    const double um_px = scan_40x ? 0.25 : 0.5;
    const Spacing spacing{um_px, um_px, SpacingSource::user};
    const auto& wanted = find_architecture(architecture);
    const auto grid = make_grid(slide, spacing, find_tissue(slide, spacing), nullptr,
                                {.patch_size_px = wanted.patch_size_px, .spacing_um_px = wanted.spacing_um_px});
    const auto blocks = make_blocks(grid);
    const TileReader reader(slide, grid);
    std::size_t next = 0, tiles = 0;
    for (auto _ : state) {
        const auto& block = blocks[next++ % blocks.size()];
        benchmark::DoNotOptimize(reader.read(block));
        tiles += block.tiles.size();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(tiles));
}
BENCHMARK_CAPTURE(read, compact_20x_openslide, "compact", false, PixelPath::openslide_only);
BENCHMARK_CAPTURE(read, compact_20x_quick, "compact", false, PixelPath::fastest);
BENCHMARK_CAPTURE(read, compact_40x_openslide, "compact", true, PixelPath::openslide_only);
BENCHMARK_CAPTURE(read, compact_40x_quick, "compact", true, PixelPath::fastest);
BENCHMARK_CAPTURE(read, seed_20x_openslide, "seed", false, PixelPath::openslide_only);
BENCHMARK_CAPTURE(read, seed_20x_quick, "seed", false, PixelPath::fastest);
BENCHMARK_CAPTURE(read, seed_40x_openslide, "seed", true, PixelPath::openslide_only);
BENCHMARK_CAPTURE(read, seed_40x_quick, "seed", true, PixelPath::fastest);

/// Tiles per second of a network; range(0) is the batch.
void score(benchmark::State& state, const char* architecture, Backend backend) {
    auto model = random_model(architecture);
    const auto edge = static_cast<std::size_t>(model.config.patch_size_px);
    const auto batch = static_cast<std::size_t>(state.range(0));
    const auto tiles = noise(3 * edge * edge * batch);
    if (backend == Backend::onednn_int8) {
        model.config.slidetype->int8 = calibrate_int8(model, noise(3 * edge * edge * 8));
    }
    const auto classifier = open_classifier(model, backend);
    (void)classifier->classify(tiles, batch);  // the first call makes what the others use again
    for (auto _ : state) benchmark::DoNotOptimize(classifier->classify(tiles, batch));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
void batches(benchmark::internal::Benchmark* bench) {
    for (const int batch : {1, 4, 16, 64}) bench->Arg(batch);
}
BENCHMARK_CAPTURE(score, compact_onednn, "compact", Backend::onednn)->Apply(batches);
BENCHMARK_CAPTURE(score, compact_onednn_int8, "compact", Backend::onednn_int8)->Apply(batches);
BENCHMARK_CAPTURE(score, compact_torch, "compact", Backend::torch)->Apply(batches);
BENCHMARK_CAPTURE(score, seed_onednn, "seed", Backend::onednn)->Apply(batches);
BENCHMARK_CAPTURE(score, seed_onednn_int8, "seed", Backend::onednn_int8)->Apply(batches);
BENCHMARK_CAPTURE(score, seed_torch, "seed", Backend::torch)->Apply(batches);

/// One of the files of a result with range(0) scored tiles.
void write(benchmark::State& state, const char* name, bool plain) {
    const auto result = made_result(static_cast<std::size_t>(state.range(0)));
    const testing::TemporaryFolder folder;
    for (auto _ : state) {
        for (const auto& exporter : exporters()) {
            if (exporter.file_name == name) exporter.write(result, folder.path(), {.plain_tiles_geojson = plain});
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
void write_sizes(benchmark::internal::Benchmark* bench) {
    // The file of tiles is made on all threads, so the CPU time is that of the process.
    bench->Arg(20'000)->Arg(200'000)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
}
BENCHMARK_CAPTURE(write, tiles_geojson_gz, "tiles.geojson.gz", false)->Apply(write_sizes);
BENCHMARK_CAPTURE(write, tiles_geojson_gz_and_plain, "tiles.geojson.gz", true)->Apply(write_sizes);
BENCHMARK_CAPTURE(write, tiles_csv, "tiles.csv", false)->Apply(write_sizes);
BENCHMARK_CAPTURE(write, overlay_geojson, "overlay.geojson", false)->Apply(write_sizes);
BENCHMARK_CAPTURE(write, heatmap_png, "heatmap.png", false)->Apply(write_sizes);

}  // namespace
}  // namespace slidetype::bench

BENCHMARK_MAIN();
