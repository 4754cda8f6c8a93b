#include "plugin/analysis/slide_features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "model/backends/encoders.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

using testing::code_of;

/// What a sink was given, in order.
struct Given {
    std::vector<std::size_t> tiles;
    std::vector<float> features;
};

class SlideFeatures : public ::testing::Test {
  protected:
    SlideFeatures() {
        testing::write_random_model(folder / "model", "compact", 51);
        encoder = open_encoder((folder / "model").string());
    }

    SlidePlan planned(int width, int height, testing::TiffSlide slide = {}) const {
        testing::write_tissue_slide(folder / "slide.tiff", width, height, std::move(slide));
        return plan_slide_for(encoder.info, folder / "slide.tiff", {});
    }

    Given encoded(const SlidePlan& plan, const PipelineControl& control, PipelineRun* run = nullptr) const {
        Given given;
        const auto sink = [&](std::span<const std::size_t> tiles, std::span<const float> features) {
            EXPECT_EQ(features.size(), tiles.size() * encoder.info.dimension);
            given.tiles.insert(given.tiles.end(), tiles.begin(), tiles.end());
            given.features.insert(given.features.end(), features.begin(), features.end());
        };
        auto done = encode_slide(plan, *encoder.encoder, sink, control);
        if (run != nullptr) *run = std::move(done);
        return given;
    }

    testing::TemporaryFolder folder;
    OpenEncoder encoder;
};

TEST_F(SlideFeatures, AreTheSameToTheBitForAnyNumberOfThreads) {
    const auto plan = planned(2300, 1800);
    const auto expected = encoded(plan, {1, {}, {}});
    const auto ok = std::ranges::count(plan.grid.tiles, TileStatus::ok, &Tile::status);
    EXPECT_EQ(expected.tiles.size(), static_cast<std::size_t>(ok));
    for (const int threads : {2, 7}) {
        const auto seen = encoded(plan, {threads, {}, {}});
        EXPECT_EQ(seen.tiles, expected.tiles);
        EXPECT_TRUE(seen.features == expected.features) << threads;
    }
}

TEST_F(SlideFeatures, LeaveOutTilesThatCannotBeRead) {
    testing::TiffSlide damaged;
    damaged.codec = testing::TiffSlide::Codec::jpeg;
    damaged.corrupt = {{0, 4, 3}};
    const auto plan = planned(2304, 1792, damaged);
    PipelineRun run;
    const auto given = encoded(plan, {2, {}, {}}, &run);
    ASSERT_EQ(run.failures.size(), 1U);
    const auto tile = run.failures.begin()->first;
    EXPECT_EQ(std::ranges::count(given.tiles, tile), 0);
    EXPECT_EQ(given.tiles.size() + 1,
              static_cast<std::size_t>(std::ranges::count(plan.grid.tiles, TileStatus::ok, &Tile::status)));
}

TEST_F(SlideFeatures, AreRefusedWhereNothingCanBeRead) {
    testing::TiffSlide damaged;
    damaged.codec = testing::TiffSlide::Codec::jpeg;
    auto plan = planned(2304, 1792);
    for (int row = 0; row < 28; ++row) {
        for (int column = 0; column < 36; ++column) damaged.corrupt.push_back({0, column, row});
    }
    testing::write_tissue_slide(folder / "damaged.tiff", 2304, 1792, damaged);
    plan.slide = std::make_shared<const Slide>(folder / "damaged.tiff");
    EXPECT_EQ(code_of([&] { encoded(plan, {2, {}, {}}); }), ErrorCode::corrupt);
}

TEST_F(SlideFeatures, AreNotGoneOnWithWhenAskedToStopOrWhenTheyCannotBeKept) {
    const auto plan = planned(1100, 900);
    EXPECT_EQ(code_of([&] { encoded(plan, {1, {}, [] { return true; }}); }), ErrorCode::cancelled);
    const auto full = [](std::span<const std::size_t>, std::span<const float>) {
        throw Error(ErrorCode::io, "features", "no room");
    };
    EXPECT_EQ(code_of([&] { encode_slide(plan, *encoder.encoder, full, {2, {}, {}}); }), ErrorCode::io);
}

}  // namespace
}  // namespace slidetype
