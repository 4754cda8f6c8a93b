#include "plugin/viewer/deep_zoom.h"

#include <gtest/gtest.h>

#include <cmath>

#include "plugin/viewer/byte_cache.h"
#include "tests/support.h"
#include "tests/tiler/tiff_slide.h"

namespace slidetype::viewer {
namespace {

/// A picture that is smooth, so that shrinking it leaves its colours where they are.
RgbImage gradient(int width, int height) {
    return testing::paint_picture(width, height, [&](int x, int y) {
        return std::array<int, 3>{255 * x / width, 255 * y / height, 128};
    });
}

class DeepZoomTest : public ::testing::Test {
  protected:
    DeepZoom open(int width, int height, int levels) {
        testing::TiffSlide slide;
        slide.levels = levels;
        slide.tile = 256;
        const auto file = folder / "slide.tiff";
        testing::write_tiff_slide(file, gradient(width, height), slide);
        return DeepZoom(std::make_shared<const Slide>(file));
    }
    testing::TemporaryFolder folder;
};

TEST_F(DeepZoomTest, LevelsHalveUntilOnePixelIsLeft) {
    EXPECT_EQ(open(1000, 700, 1).max_level(), 10);
    EXPECT_EQ(open(1024, 700, 1).max_level(), 10);
    EXPECT_EQ(open(1025, 700, 1).max_level(), 11);
}

TEST_F(DeepZoomTest, TilesOfTheFinestLevelAreTheSlidesOwnPixels) {
    const auto zoom = open(1000, 700, 2);
    const auto tile = zoom.tile(10, 1, 2);
    ASSERT_TRUE(tile);
    EXPECT_EQ(tile->width, 256);
    EXPECT_EQ(tile->height, 700 - 512);
    EXPECT_EQ(tile->pixels, zoom.slide().read(0, {256, 512, 256, 188}).pixels);
}

TEST_F(DeepZoomTest, CoarserTilesShowTheSamePlaces) {
    const auto zoom = open(1000, 700, 2);
    for (int level = 2; level < 10; ++level) {
        const int scale = 1 << (10 - level);
        const auto tile = zoom.tile(level, 0, 0);
        ASSERT_TRUE(tile) << level;
        EXPECT_EQ(tile->width, std::min(256, (1000 + scale - 1) / scale));
        const int x = tile->width / 2, y = tile->height / 2;
        EXPECT_NEAR(tile->at(x, y)[0], 255.0 * (x + 0.5) * scale / 1000, 255.0 * scale / 1000 + 2) << level;
        EXPECT_NEAR(tile->at(x, y)[1], 255.0 * (y + 0.5) * scale / 700, 255.0 * scale / 700 + 2) << level;
    }
    const auto last = zoom.tile(0, 0, 0);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->width, 1);
    EXPECT_NEAR(last->at(0, 0)[0], 127, 3);
}

TEST_F(DeepZoomTest, WhatCannotBeReadIsMarkedAndTheRestIsShown) {
    testing::TiffSlide slide;
    slide.tile = 64;
    const auto file = folder / "slide.tiff", damaged = folder / "damaged.tiff";
    testing::write_tiff_slide(file, gradient(512, 512), slide);
    slide.corrupt = {{0, 1, 1}};
    testing::write_tiff_slide(damaged, gradient(512, 512), slide);
    const DeepZoom whole(std::make_shared<const Slide>(file)), holed(std::make_shared<const Slide>(damaged));
    for (const int level : {9, 8}) {
        const int scale = 1 << (9 - level);
        const auto wanted = whole.tile(level, 0, 0), found = holed.tile(level, 0, 0);
        ASSERT_TRUE(wanted && found);
        for (int y = 0; y < 256; ++y) {
            for (int x = 0; x < 256; ++x) {
                const bool lost = x * scale / 64 == 1 && y * scale / 64 == 1;
                const auto* rgb = found->at(x, y);
                if (lost)
                    ASSERT_TRUE(rgb[0] == rgb[1] && (rgb[0] == 200 || rgb[0] == 120)) << x << " " << y;
                else
                    ASSERT_TRUE(std::equal(rgb, rgb + 3, wanted->at(x, y))) << x << " " << y;
            }
        }
    }
}

TEST_F(DeepZoomTest, ALongAndNarrowSlideIsShownWhereItIs) {
    testing::TiffSlide slide;
    slide.levels = 3;
    const auto file = folder / "narrow.tiff";
    const auto picture = testing::paint_picture(16384, 261, [](int x, int) {
        return x < 16000 ? std::array{220, 220, 220} : std::array{100, 50, 130};
    });
    testing::write_tiff_slide(file, picture, slide);
    const DeepZoom zoom(std::make_shared<const Slide>(file));
    const auto tile = zoom.tile(zoom.max_level() - 2, 15, 0);  // 3840 to 4096 at a quarter
    ASSERT_TRUE(tile);
    EXPECT_NEAR(tile->at(4000 - 3840 - 2, 10)[0], 220, 1);
    EXPECT_NEAR(tile->at(4000 - 3840 + 1, 10)[0], 100, 1);
}

TEST_F(DeepZoomTest, TilesThatAreNotThereAreNotGiven) {
    const auto zoom = open(1000, 700, 1);
    for (const auto& [level, column, row] : {std::tuple<int, std::int64_t, std::int64_t>{10, 4, 0},
                                             {10, 0, 3},
                                             {11, 0, 0},
                                             {-1, 0, 0},
                                             {10, -1, 0},
                                             {10, INT64_MAX, INT64_MAX},
                                             {9, INT64_MAX / 256, 0},
                                             {64, 0, 0}}) {
        EXPECT_FALSE(zoom.tile(level, column, row)) << level << ' ' << column << ' ' << row;
    }
    EXPECT_TRUE(zoom.tile(10, 3, 2));
}

TEST_F(DeepZoomTest, ASlideWhoseEdgeIsAMultipleOfTheTileHasNoEmptyTile) {
    const auto zoom = open(512, 256, 1);
    EXPECT_TRUE(zoom.tile(9, 1, 0));
    EXPECT_FALSE(zoom.tile(9, 2, 0));
    EXPECT_FALSE(zoom.tile(9, 0, 1));
}

TEST_F(DeepZoomTest, TheThumbnailKeepsTheShapeAndIsNeverEnlarged) {
    const auto wide = open(1000, 500, 2).thumbnail(256);
    ASSERT_TRUE(wide);
    EXPECT_EQ(wide->width, 256);
    EXPECT_EQ(wide->height, 128);
    EXPECT_EQ(open(100, 50, 1).thumbnail(256)->width, 100);
}

TEST_F(DeepZoomTest, LargeAreasAreReadInStripsWithoutASeam) {
    // 5000 × 4000 pixels of one level are read in two strips; the gradient must go on across their border.
    const auto picture = open(5000, 4000, 1).thumbnail(250);
    ASSERT_TRUE(picture);
    for (int y = 1; y < picture->height; ++y) {
        EXPECT_NEAR(picture->at(100, y)[1] - picture->at(100, y - 1)[1], 255.0 / picture->height, 1.5) << y;
    }
}

TEST(ByteCacheTest, ForgetsWhatWasNotUsedForLongest) {
    ByteCache cache(10);
    const auto text = [](const char* value) { return std::make_shared<const std::string>(value); };
    cache.put("a", text("1234"));
    cache.put("b", text("5678"));
    EXPECT_EQ(*cache.find("a"), "1234");
    cache.put("c", text("9012"));
    EXPECT_TRUE(cache.find("a"));
    EXPECT_FALSE(cache.find("b"));
    EXPECT_TRUE(cache.find("c"));
    cache.put("large", text("more than ten bytes"));
    EXPECT_FALSE(cache.find("large"));
    EXPECT_TRUE(cache.find("a"));
}

}  // namespace
}  // namespace slidetype::viewer
