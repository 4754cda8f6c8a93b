#include "plugin/analysis/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstring>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/onednn/int8_calibration.h"
#include "plugin/analysis/tile_pipeline.h"
#include "plugin/results/exporter.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

using testing::code_of;
constexpr auto kOk = static_cast<std::size_t>(TileStatus::ok);
constexpr auto kReadError = static_cast<std::size_t>(TileStatus::read_error);

class EngineTest : public ::testing::Test {
  protected:
    EngineTest() : engine(testing::write_random_model(folder / "model", "compact", 1)), slide(folder / "slide.tiff") {}

    testing::TemporaryFolder folder;
    Engine engine;
    std::filesystem::path slide;
};

TEST_F(EngineTest, AccountsForEveryTile) {
    testing::write_tissue_slide(slide, 1800, 1400);
    const auto result = engine.analyse(slide, {});
    EXPECT_EQ(result.grid.columns, 8);
    EXPECT_EQ(result.grid.rows, 6);
    std::size_t sum = 0;
    for (const auto count : result.status_counts()) sum += count;
    EXPECT_EQ(sum, 48U);
    EXPECT_GT(result.status_counts()[kOk], 10U);
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        EXPECT_EQ(result.top_class(t).has_value(), result.grid.tiles[t].status == TileStatus::ok) << t;
    }
    EXPECT_NEAR(result.class_areas_mm2[0] + result.class_areas_mm2[1], result.call.scored_area_mm2, 1e-9);
    EXPECT_LE(result.call.scored_area_mm2, result.tissue_area_mm2 + 1e-9);
    EXPECT_EQ(result.slide.spacing.source, SpacingSource::tiff_resolution);
}

TEST_F(EngineTest, WritesTheSameBytesForAnyNumberOfThreads) {
    testing::write_tissue_slide(slide, 2600, 2000);
    std::map<std::string, std::string> expected;
    for (const int threads : {1, 2, 7}) {
        AnalyseOptions options;
        options.threads = threads;
        const auto out = folder / ("out" + std::to_string(threads));
        std::filesystem::create_directories(out);
        const auto result = engine.analyse(slide, options);
        for (const auto& exporter : exporters()) exporter.write(result, out, {});
        const auto contents = testing::contents_but_timings(out);
        EXPECT_EQ(contents.size(), exporters().size());
        if (threads == 1) expected = contents;
        for (const auto& [name, content] : contents) EXPECT_TRUE(content == expected[name]) << name << ", " << threads;
    }
}

TEST_F(EngineTest, ScoresATileTheSameInBlocksOfAnySize) {
    testing::write_tissue_slide(slide, 2000, 1600);
    const auto plan = engine.plan(slide, {});
    const TileReader reader(*plan.slide, plan.grid);
    const auto backends = {Backend::onednn, Backend::onednn_int8};
    auto model = read_model_directory(folder / "model");
    const auto some = reader.read(make_blocks(plan.grid, 6).at(0)).pixels;
    model.config.slidetype->int8 = calibrate_int8(model, some);
    for (const auto backend : backends) {
        const auto classifier = open_classifier(model, backend);
        std::vector<float> expected;
        for (const int edge : {4, 1, 2, 3, 7}) {
            for (const int threads : {1, 2, 7}) {
                PipelineOptions options;
                options.threads = threads;
                auto scored = score_blocks(plan.grid, make_blocks(plan.grid, edge), reader, *classifier, options);
                if (expected.empty()) expected = scored.probabilities;
                // Compared as bytes: tiles that were not scored are NaN.
                EXPECT_EQ(std::memcmp(scored.probabilities.data(), expected.data(), expected.size() * sizeof(float)), 0)
                    << to_string(backend) << ", blocks of " << edge << ", threads " << threads;
            }
        }
    }
}

TEST_F(EngineTest, TellsWhereTheTimeWent) {
    testing::write_tissue_slide(slide, 1800, 1400);
    AnalyseOptions options;
    options.threads = 2;
    const auto times = engine.analyse(slide, options).timing;
    for (const double seconds : {times.tissue, times.read, times.resample, times.score, times.pipeline}) {
        EXPECT_GT(seconds, 0);
    }
    EXPECT_LE(times.open + times.tissue + times.pipeline, times.wall);
    ASSERT_FALSE(times.thread_busy.empty());
    EXPECT_LE(times.thread_busy.size(), 2U);
    double busy = 0;
    for (const double seconds : times.thread_busy) busy += seconds;
    EXPECT_LE(times.read + times.resample + times.score, busy + 1e-6);
    EXPECT_NE(bottleneck(times), "");
}

TEST_F(EngineTest, MarksUnreadableTilesAndScoresTheOthers) {
    testing::TiffSlide damaged;
    damaged.codec = testing::TiffSlide::Codec::jpeg;
    damaged.corrupt = {{0, 4, 3}};
    testing::write_tissue_slide(slide, 2304, 1792, damaged);
    const auto result = engine.analyse(slide, {});
    EXPECT_EQ(result.status_counts()[kReadError], 1U);
    ASSERT_EQ(result.reasons.size(), 1U);
    const auto& [tile, reason] = *result.reasons.begin();
    EXPECT_EQ(result.grid.tiles[tile].column, 4);
    EXPECT_EQ(result.grid.tiles[tile].row, 3);
    EXPECT_FALSE(reason.empty());
    EXPECT_TRUE(std::isnan(result.probability(tile, 0)));
    EXPECT_GT(result.status_counts()[kOk], 10U);
    EXPECT_THAT(result.note, ::testing::HasSubstr("could not be read"));
}

TEST_F(EngineTest, RefusesASlideOfWhichNothingCanBeRead) {
    testing::TiffSlide damaged;
    damaged.codec = testing::TiffSlide::Codec::jpeg;
    for (int row = 0; row < 4; ++row) {
        for (int column = 0; column < 4; ++column) damaged.corrupt.push_back({0, column, row});
    }
    testing::write_tissue_slide(slide, 1024, 1024, damaged);
    EXPECT_EQ(code_of([&] { engine.analyse(slide, {}); }), ErrorCode::corrupt);
}

TEST_F(EngineTest, RefusesTheSharedUnreadableSlide) {
    SLIDETYPE_SHARED_OR_SKIP(unreadable, "slides/negative/unreadable.svs");
    EXPECT_EQ(code_of([&] { engine.analyse(unreadable, {}); }), ErrorCode::corrupt);
}

TEST_F(EngineTest, AsksForASpacingAndTakesTheUsers) {
    testing::write_tiff_slide(slide, testing::tissue_picture(1024, 1024));
    EXPECT_EQ(code_of([&] { engine.analyse(slide, {}); }), ErrorCode::no_spacing);
    AnalyseOptions options;
    options.spacing_um_px = 0.25;
    EXPECT_NEAR(engine.analyse(slide, options).grid.tile_width, 512, 1e-6);
    options.spacing_um_px = 4;
    EXPECT_EQ(code_of([&] { engine.analyse(slide, options); }), ErrorCode::too_coarse);
}

TEST_F(EngineTest, ScoresTheRegionOfInterestOnly) {
    testing::write_tissue_slide(slide, 1800, 1400);
    write_file(folder / "roi.geojson",
               R"({"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[
                  [[512,512],[1280,512],[1280,1024],[512,1024],[512,512]],
                  [[768,512],[1024,512],[1024,768],[768,768],[768,512]]]}})");
    AnalyseOptions options;
    options.region_of_interest = folder / "roi.geojson";
    const auto result = engine.analyse(slide, options);
    EXPECT_EQ(result.status_counts()[kOk], 5U) << "six tiles less the one in the hole";
    write_file(folder / "roi.geojson", R"({"type":"FeatureCollection","features":[]})");
    EXPECT_EQ(code_of([&] { engine.analyse(slide, options); }), ErrorCode::bad_data);
}

TEST_F(EngineTest, StopsWhenAsked) {
    testing::write_tissue_slide(slide, 2600, 2000);
    std::atomic<bool> stop{false};
    std::size_t last = 0;
    AnalyseCallbacks callbacks;
    callbacks.stop_requested = [&] { return stop.load(); };
    callbacks.progress = [&](const AnalyseProgress& progress) {
        last = progress.done;
        if (progress.stage == AnalyseStage::score && progress.done > 0) stop = true;
    };
    AnalyseOptions options;
    options.threads = 1;
    EXPECT_EQ(code_of([&] { engine.analyse(slide, options, callbacks); }), ErrorCode::cancelled);
    EXPECT_GT(last, 0U);
    EXPECT_LT(last, 50U);
}

TEST_F(EngineTest, ReportsProgressInOrderUpToTheTotal) {
    testing::write_tissue_slide(slide, 1800, 1400);
    std::vector<std::size_t> seen;
    std::size_t total = 0;
    AnalyseCallbacks callbacks;
    callbacks.progress = [&](const AnalyseProgress& progress) {
        if (progress.stage != AnalyseStage::score) return;
        seen.push_back(progress.done);
        total = progress.total;
    };
    const auto result = engine.analyse(slide, {}, callbacks);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    EXPECT_EQ(seen.back(), total);
    EXPECT_EQ(total, result.status_counts()[kOk]);
}

TEST_F(EngineTest, MakesNoCallForAModelOfOtherClasses) {
    auto model = testing::write_random_model(folder / "other", "compact", 2);
    model.config.class_names = {"Benign", "Tumor"};
    testing::write_tissue_slide(slide, 1024, 1024);
    const auto result = Engine(model).analyse(slide, {});
    EXPECT_EQ(result.call.label, CallLabel::none);
    EXPECT_FALSE(result.call.prob_lusc);
    EXPECT_EQ(result.call.mean_probabilities.size(), 2U);
}

TEST_F(EngineTest, FindsNothingOnBlankGlass) {
    testing::TiffSlide options;
    options.um_px_x = options.um_px_y = 0.5;
    testing::write_tiff_slide(slide, RgbImage(1024, 1024, 240), options);
    const auto result = engine.analyse(slide, {});
    EXPECT_EQ(result.call.label, CallLabel::insufficient);
    EXPECT_EQ(result.status_counts()[kOk], 0U);
    EXPECT_FALSE(engine.seconds_per_tile(engine.plan(slide, {}), 1));
}

}  // namespace
}  // namespace slidetype
