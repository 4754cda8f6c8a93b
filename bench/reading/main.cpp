// read_bench [SLIDE] [Google Benchmark's options]: how fast blocks of 4 × 4 tiles of 256 × 256 at 0.5 µm/px are read
// and brought to size, through OpenSlide and the quick way, on one thread. Rates are pixels of the level that is read
// ("Mpixel/s") and tiles. Without a slide one is drawn and written: JPEG of quality 80, 4:2:0, tiles of 240 pixels, one
// level, which stands for 20x (0.5 µm/px: nothing to shrink), 40x (0.25: by 2) and 80x (0.125: by 4); and 40x as many
// scanners have it (0.252). A second one has a level that is 4.002 times smaller. Machines are noisy: compare figures
// of one call (--benchmark_enable_random_interleaving takes turns).
#include <benchmark/benchmark.h>

#include <unistd.h>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.h"
#include "sample_slides/pyramid_tiff.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype::bench {
namespace {

constexpr int kDrawnEdge = 8192;
constexpr int kOddEdge = 4098;  // a level of 1024 is 4.002 times smaller, between pixels as most scanners' are
constexpr double kModelUm = 0.5;
constexpr int kPatch = 256;

/// Cells, fibres and grain: as hard to compress as tissue (about 1.5 bits per pixel).
RgbImage drawn(const Rect& rect) {
    RgbImage image(static_cast<int>(rect.width), static_cast<int>(rect.height));
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const auto u = static_cast<double>(rect.x + x), v = static_cast<double>(rect.y + y);
            const double fibre = std::sin(0.06 * u + 2 * std::sin(0.011 * v)) + std::sin(0.045 * v - 0.02 * u);
            const double cell = std::sin(0.23 * u) * std::sin(0.21 * v + std::sin(0.02 * u));
            const auto hash = static_cast<unsigned>((rect.x + x) * 73856093 ^ (rect.y + y) * 19349663);
            const double grain = (hash * 2654435761U >> 24) / 255.0 - 0.5;
            const double dark = (cell > 0.55 ? 70 : 0) + 18 * grain;
            const auto shade = [&](double base, double depth) {
                return static_cast<std::uint8_t>(std::clamp(base + depth * fibre - dark, 0.0, 255.0));
            };
            auto* rgb = image.at(x, y);
            rgb[0] = shade(205, 15), rgb[1] = shade(140, 28), rgb[2] = shade(190, 18);
        }
    }
    return image;
}

/// A slide that is drawn for the run and removed at its end.
class DrawnSlide {
  public:
    DrawnSlide(int edge, int levels)
        : path_(std::filesystem::temp_directory_path() /
                ("read-bench-" + std::to_string(::getpid()) + "-" + std::to_string(levels) + ".tiff")) {
        PyramidOptions options;
        options.spacing_um_px = kModelUm;
        options.tile_px = 240;
        options.levels = levels;
        write_pyramid_tiff(path_, edge, edge, drawn, options);
    }
    ~DrawnSlide() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    DrawnSlide(const DrawnSlide&) = delete;
    DrawnSlide& operator=(const DrawnSlide&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

void read_blocks(benchmark::State& state, const std::filesystem::path& path, PixelPath way, double slide_um) {
    const Slide slide(path, way);
    TissueMask mask;
    mask.width = mask.height = 1;
    mask.scale_x = mask.scale_y = 1e9;
    mask.tissue = {1};
    const auto grid =
        make_grid(slide, {slide_um, slide_um}, mask, nullptr, {.patch_size_px = kPatch, .spacing_um_px = kModelUm});
    const auto blocks = make_blocks(grid);
    const TileReader reader(slide, grid);
    const auto& level = slide.levels()[static_cast<std::size_t>(grid.level)];
    std::size_t next = 0, tiles = 0;
    double pixels = 0;
    for (auto _ : state) {
        const auto& block = blocks[next++ % blocks.size()];
        benchmark::DoNotOptimize(reader.read(block));
        tiles += block.tiles.size();
        pixels += static_cast<double>(block.rect.width * block.rect.height) / (level.downsample_x * level.downsample_y);
    }
    state.counters["Mpixel/s"] = benchmark::Counter(pixels / 1e6, benchmark::Counter::kIsRate);
    state.counters["tiles/s"] = benchmark::Counter(static_cast<double>(tiles), benchmark::Counter::kIsRate);
    state.SetLabel(slide.shrinks_while_decoding(grid.level) ? "quick" : "OpenSlide");
}

void add(const std::string& name, const std::filesystem::path& path, double slide_um) {
    for (const auto way : {PixelPath::openslide_only, PixelPath::fastest}) {
        const auto full = name + (way == PixelPath::fastest ? "/fastest" : "/openslide_only");
        benchmark::RegisterBenchmark(full.c_str(), [=](benchmark::State& state) {
            read_blocks(state, path, way, slide_um);
        })->Unit(benchmark::kMillisecond);
    }
}

int run(int argc, char** argv) {
    std::unique_ptr<DrawnSlide> drawn_slide, odd_slide;
    std::filesystem::path path;
    if (argc > 1) path = argv[1];
    if (path.empty()) {
        drawn_slide = std::make_unique<DrawnSlide>(kDrawnEdge, 1);
        odd_slide = std::make_unique<DrawnSlide>(kOddEdge, 2);
        path = drawn_slide->path();
    }
    add("20x", path, kModelUm);
    add("40x", path, kModelUm / 2);
    add("40x_at_0.252", path, 0.252);
    add("80x", path, kModelUm / 4);
    if (odd_slide) add("80x_from_level_of_4.002", odd_slide->path(), kModelUm / 4);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

}  // namespace
}  // namespace slidetype::bench

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    try {
        return slidetype::bench::run(argc, argv);
    } catch (const slidetype::Error& error) {
        std::fprintf(stderr, "%s\n%s\n", error.what(), error.hint().c_str());
        return 1;
    }
}
