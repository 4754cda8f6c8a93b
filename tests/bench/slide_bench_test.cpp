#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "bench/slide/bench_slide.h"
#include "bench/slide/child.h"
#include "bench/slide/measure.h"
#include "tests/cli/program.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"
#include "tests/tools/opened_slide.h"
#include "tiler/tiles/tile_grid.h"
#include "tiler/tiles/tissue_mask.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kSamples = SLIDETYPE_SOURCE_DIR "/sample_slides";

class BenchSlideTest : public ::testing::Test {
  protected:
    void make(bool scan_40x, std::size_t tiles) {
        write_bench_slide(slide, tissue_pictures({}, kSamples, 6), {.tissue_tiles = tiles, .scan_40x = scan_40x});
    }
    testing::TemporaryFolder folder;
    fs::path slide{folder / "slide.tiff"};
};

TEST_F(BenchSlideTest, IsAPyramidOfWhichEveryLevelShowsTheSame) {
    for (const bool scan_40x : {false, true}) {
        make(scan_40x, 30);
        const testing::OpenedSlide opened(slide);
        ASSERT_EQ(opened.levels(), 3);
        EXPECT_EQ(opened.downsample(2), 16);
        const auto lowest = opened.size(2);
        const auto small = opened.read(2);
        // The mean of what the finest level shows is what the coarsest shows, but for compression.
        for (const int at : {2, 5}) {
            const auto x = lowest.width * at / 10, y = lowest.height * at / 10;
            const auto fine = opened.read(0, {x * 16, y * 16, 256, 256});
            double above = 0, below = 0;
            for (const auto value : fine.pixels) above += value;
            for (int row = 0; row < 16; ++row) {
                for (int i = 0; i < 48; ++i) {
                    below += small.at(static_cast<int>(x), static_cast<int>(y) + row)[i];
                }
            }
            EXPECT_NEAR(above / static_cast<double>(fine.pixels.size()), below / 768, 4) << at;
        }
    }
}

TEST_F(BenchSlideTest, HoldsAsManyTilesOfTissueAsAskedFor) {
    make(false, 100);
    const Slide opened(slide);
    const Spacing spacing{0.5, 0.5, SpacingSource::user};
    GridOptions options;
    options.patch_size_px = 112, options.spacing_um_px = 128.0 / 112, options.min_tissue = 0.99;
    const auto grid = make_grid(opened, spacing, find_tissue(opened, spacing), nullptr, options);
    const auto whole = std::ranges::count(grid.tiles, TileStatus::ok, &Tile::status);
    EXPECT_GE(whole, 100);
    EXPECT_LT(whole, static_cast<long>(grid.tiles.size())) << "there is glass around it";
}

TEST_F(BenchSlideTest, NeedsAPicture) {
    EXPECT_THROW(write_bench_slide(slide, {}, {}), Error);
    EXPECT_FALSE(fs::exists(slide));
    EXPECT_THROW((void)tissue_pictures(folder.path() / "absent", kSamples), Error);
}

TEST(InChild, GivesTheAnswerAndWhatItTook) {
    const auto answer = in_child([] {
        const std::vector<char> memory(std::size_t{300} << 20, 1);
        return json{{"sum", memory[12345] + 1}};
    });
    EXPECT_EQ(answer["sum"], 2);
    const auto empty = in_child([] { return json::object(); });
    EXPECT_GT(answer["peak_rss_mb"].get<double>(), empty["peak_rss_mb"].get<double>() + 250) << "each for itself";
    EXPECT_THROW(in_child([]() -> json { throw Error(ErrorCode::io, "x", "broke"); }), Error);
    EXPECT_THROW(in_child([]() -> json { std::abort(); }), Error);
}

TEST(SlideBench, MeasuresATinySlideAndWritesTheFigures) {
    const testing::TemporaryFolder folder;
    const auto file = folder / "figures.json";
    const auto run = testing::run_program(
        SLIDETYPE_SLIDE_BENCH, {"--tiles", "20", "--rounds", "1", "--sample", "32", "--threads", "1", "2", "--backend",
                                "onednn", "onednn-int8", "--json", file.string()});
    ASSERT_EQ(run.code, 0) << run.error;
    EXPECT_THAT(run.out, ::testing::HasSubstr("onednn-int8"));
    const auto figures = json::parse(read_file(file));
    ASSERT_EQ(figures["runs"].size(), 4U);
    for (const auto& one : figures["runs"]) {
        EXPECT_GE(one["tiles"], 20);
        EXPECT_EQ(one["tiles"], figures["runs"][0]["tiles"]);
        for (const auto* key :
             {"tiles_s", "pipeline_tiles_s", "cpu_s", "peak_rss_mb", "read_s", "resample_s", "score_s", "write_s",
              "read_alone_tiles_s", "score_alone_tiles_s", "efficiency_to_possible"}) {
            EXPECT_GT(one[key].get<double>(), 0) << key;
        }
        EXPECT_GE(one["idle_s"].get<double>(), 0);
        EXPECT_NEAR(one["tiles_s"].get<double>() * one["wall_s"].get<double>(), one["tiles"].get<double>(), 0.01);
    }
}

TEST(PeerPython, ScoresTheSameTilesAsWeDo) {
    const testing::TemporaryFolder folder;
    const auto slide = folder / "slide.tiff";
    write_bench_slide(slide, tissue_pictures({}, kSamples, 4), {.tissue_tiles = 10});
    write_contest_model("compact", slide, folder / "model");
    const auto task = write_peer_task({slide, folder / "model", Backend::automatic}, folder / "peer", 40);
    const auto tiles = json::parse(read_file(task))["tiles"].size();
    ASSERT_GE(tiles, 10U);
    const auto run = testing::run_program("/usr/bin/python3", {SLIDETYPE_SOURCE_DIR "/bench/peer_python.py",
                                                               task.string(), "--batch", "4", "--workers", "1"});
    if (run.code == 77 || run.code == 127) GTEST_SKIP() << "the peer cannot run here: " << run.error;
    ASSERT_EQ(run.code, 0) << run.error;
    const auto figures = json::parse(run.out);
    EXPECT_EQ(figures["tiles"], tiles);
    EXPECT_GT(figures["tiles_s"].get<double>(), 0);
    // Another resampling: PIL's box against OpenCV's area. Where tiles lie or what is done to them must not differ.
    EXPECT_LT(figures["mean_difference"].get<double>(), 0.02);
}

TEST(PerformancePage, IsWhatTheStoredFiguresGive) {
    const testing::TemporaryFolder folder;
    const auto page = folder / "performance.md";
    const fs::path source = SLIDETYPE_SOURCE_DIR;
    if (!fs::exists(source / "bench/results/performance.json")) GTEST_SKIP() << "no figures of `make performance`";
    const auto run = testing::run_program("/usr/bin/python3",
                                          {(source / "bench/performance.py").string(), "page", "-o", page.string()});
    ASSERT_EQ(run.code, 0) << run.error;
    EXPECT_EQ(read_file(page), read_file(source / "docs/performance.md")) << "make performance-page renders it anew";
}

}  // namespace
}  // namespace slidetype::bench
