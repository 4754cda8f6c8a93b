#include "tiler/tiles/tile_reader.h"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "tests/support.h"
#include "tests/tiler/tiff_slide.h"
#include "tiler/tiles/thumbnail.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

/// A slide, and the grid over all of it.
struct Tiled {
    Slide slide;
    TileGrid grid;
    Tiled(const std::filesystem::path& path, int patch, double slide_x_um, double slide_y_um, double model_um)
        : slide(path) {
        TissueMask mask;
        mask.width = mask.height = 1;
        mask.scale_x = mask.scale_y = 1e6;
        mask.tissue = {1};
        grid = make_grid(slide, {slide_x_um, slide_y_um}, mask, nullptr,
                         {.patch_size_px = patch, .spacing_um_px = model_um});
    }
};

class TileReaderTest : public ::testing::Test {
  protected:
    Tiled tiled(const RgbImage& picture, const TiffSlide& options, int patch, double x_um, double y_um, double model) {
        write_tiff_slide(folder_ / "slide.tiff", picture, options);
        return {folder_ / "slide.tiff", patch, x_um, y_um, model};
    }
    TemporaryFolder folder_;
};

std::size_t patch_bytes(const TileGrid& grid) {
    return static_cast<std::size_t>(grid.patch_size_px) * static_cast<std::size_t>(grid.patch_size_px) * 3;
}

TEST_F(TileReaderTest, ATileAtTheModelsSpacingIsCopiedUnchanged) {
    const auto picture = noise_picture(130, 130);
    const auto t = tiled(picture, {}, 32, 0.5, 0.5, 0.5);
    const auto block = TileReader(t.slide, t.grid).read({{6}, t.grid.tiles[6].rect});
    ASSERT_EQ(block.tiles, std::vector<std::size_t>{6});
    const auto& rect = t.grid.tiles[6].rect;
    for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 96; ++x) {
            EXPECT_EQ(block.pixels[static_cast<std::size_t>(y * 96 + x)],
                      picture.at(static_cast<int>(rect.x), static_cast<int>(rect.y) + y)[x]);
        }
    }
}

TEST_F(TileReaderTest, ShrinkingLeavesNoPatternOfFinePixels) {
    // 2 × 2 cells of 0, 100, 100, 200: the mean is 100 everywhere, where picking pixels would give a pattern. At the
    // tile's edge the nearer pixel counts more.
    const auto picture = paint_picture(128, 128, [](int x, int y) {
        const int v = (x % 2 + y % 2) * 100;
        return std::array<int, 3>{v, v / 2, 200 - v};
    });
    const auto t = tiled(picture, {}, 32, 0.25, 0.25, 0.5);
    const auto block = TileReader(t.slide, t.grid).read(make_blocks(t.grid)[0]);
    ASSERT_EQ(block.pixels.size(), t.grid.tiles.size() * patch_bytes(t.grid));
    for (std::size_t i = 0; i < block.pixels.size(); i += 3) {
        const auto x = i / 3 % 32, y = i / 96 % 32;
        if (x == 0 || x == 31 || y == 0 || y == 31) continue;
        ASSERT_EQ(block.pixels[i], 100);
        ASSERT_EQ(block.pixels[i + 1], 50);
        ASSERT_EQ(block.pixels[i + 2], 100);
    }
}

TEST_F(TileReaderTest, ShrinkingByAnOddFactorKeepsTheMean) {
    const auto picture = noise_picture(300, 300);
    const auto t = tiled(picture, {}, 64, 0.32, 0.32, 0.5);
    const auto& rect = t.grid.tiles[0].rect;
    double wanted = 0, found = 0;
    for (int y = 0; y < rect.height; ++y)
        for (int x = 0; x < rect.width; ++x) wanted += picture.at(x, y)[0];
    const auto block = TileReader(t.slide, t.grid).read({{0}, rect});
    for (std::size_t i = 0; i < block.pixels.size(); i += 3) found += block.pixels[i];
    EXPECT_NEAR(found / 4096, wanted / static_cast<double>(rect.width * rect.height), 0.3);
}

TEST_F(TileReaderTest, TilesThatOverhangTheEdgeArePaddedWithWhite) {
    const auto t = tiled(RgbImage(100, 100, 40), {}, 64, 0.5, 0.5, 0.5);
    const auto block = TileReader(t.slide, t.grid).read({{3}, t.grid.tiles[3].rect});
    ASSERT_EQ(block.pixels.size(), patch_bytes(t.grid));
    EXPECT_EQ(block.pixels.front(), 40);
    EXPECT_EQ(block.pixels.back(), 255);
}

TEST_F(TileReaderTest, EveryTileHasThePatchSizeWhateverTheSpacings) {
    TiffSlide options;
    options.levels = 2;
    const auto picture = paint_picture(301, 203, [](int x, int y) { return std::array<int, 3>{x % 200, y, 90}; });
    for (const auto& [x_um, y_um] :
         {std::pair(0.9, 0.9), std::pair(0.25, 0.8), std::pair(0.8, 0.25), std::pair(0.5, 0.25), std::pair(0.1, 0.1)}) {
        const auto t = tiled(picture, options, 32, x_um, y_um, 0.5);
        for (const auto& block : make_blocks(t.grid)) {
            const auto read = TileReader(t.slide, t.grid).read(block);
            EXPECT_TRUE(read.failures.empty());
            EXPECT_EQ(read.pixels.size(), block.tiles.size() * patch_bytes(t.grid)) << x_um << " " << y_um;
        }
    }
}

TEST_F(TileReaderTest, ATilesPixelsDoNotDependOnItsBlock) {
    TiffSlide options;
    options.levels = 2;
    // 1001 wide: the second level's downsample is 2.002, and tiles start between its pixels.
    for (const double um : {0.5, 0.32, 0.25, 0.1}) {
        const auto t = tiled(noise_picture(1001, 701), options, 48, um, um, 0.5);
        const TileReader reader(t.slide, t.grid);
        for (const auto& block : make_blocks(t.grid)) {
            const auto together = reader.read(block);
            for (std::size_t i = 0; i < block.tiles.size(); ++i) {
                const auto alone = reader.read({{block.tiles[i]}, t.grid.tiles[block.tiles[i]].rect});
                const auto from = together.pixels.begin() + static_cast<std::ptrdiff_t>(i * patch_bytes(t.grid));
                ASSERT_TRUE(std::equal(alone.pixels.begin(), alone.pixels.end(), from)) << um << ": " << i;
            }
        }
    }
}

TEST_F(TileReaderTest, ACorruptTileFailsAloneAndTheSameSetFailsForAnyNumberOfThreads) {
    TiffSlide options;
    options.codec = TiffSlide::Codec::jpeg;
    options.corrupt = {{0, 1, 1}, {0, 5, 2}};
    const auto t = tiled(noise_picture(512, 256), options, 64, 0.5, 0.5, 0.5);
    ASSERT_EQ(t.grid.columns, 8);
    const std::set<std::size_t> wanted = {8 + 1, 2 * 8 + 5};
    const TileReader reader(t.slide, t.grid);
    const auto blocks = make_blocks(t.grid);
    for (const int threads : {1, 2, 6}) {
        std::vector<std::set<std::size_t>> failed(static_cast<std::size_t>(threads)), read(failed.size());
        {
            std::vector<std::jthread> workers;
            for (std::size_t w = 0; w < failed.size(); ++w) {
                workers.emplace_back([&, w] {
                    for (int round = 0; round < 3; ++round) {
                        for (const auto& block : blocks) {
                            const auto result = reader.read(block);
                            for (const auto& failure : result.failures) {
                                failed[w].insert(failure.tile);
                                EXPECT_FALSE(failure.reason.empty());
                            }
                            read[w].insert(result.tiles.begin(), result.tiles.end());
                            EXPECT_EQ(result.tiles.size() + result.failures.size(), block.tiles.size());
                            EXPECT_EQ(result.pixels.size(), result.tiles.size() * patch_bytes(t.grid));
                        }
                    }
                });
            }
        }
        for (std::size_t w = 0; w < failed.size(); ++w) {
            EXPECT_EQ(failed[w], wanted) << threads;
            EXPECT_EQ(read[w].size(), t.grid.tiles.size() - wanted.size()) << "a tile fails always or never";
        }
    }
}

TEST_F(TileReaderTest, TilesOfALongAndNarrowSlideShowTheirOwnPlaces) {
    // 16384 × 261 by four: 4 across, 4.015 down since a part of a pixel is cut off. The mean of both would be 30 pixels
    // off at the right end.
    TiffSlide options;
    options.levels = 3;
    const auto colour = [](std::int64_t x) {
        return std::array<int, 3>{static_cast<int>(x / 256 * 37 % 200), 90, 150};
    };
    const auto t = tiled(paint_picture(16384, 261, [&](int x, int) { return colour(x); }), options, 16, 0.25, 0.25, 4);
    ASSERT_EQ(t.grid.level, 2);
    const TileReader reader(t.slide, t.grid);
    for (const auto& block : make_blocks(t.grid)) {
        const auto read = reader.read(block);
        for (std::size_t i = 0; i < read.tiles.size(); ++i) {
            const auto& tile = t.grid.tiles[read.tiles[i]];
            if (tile.row > 0) continue;
            for (const int y : {0, 8, 15}) {
                for (const int x : {1, 8, 14}) {
                    const auto* rgb =
                        read.pixels.data() + i * patch_bytes(t.grid) + static_cast<std::size_t>(y * 16 + x) * 3;
                    ASSERT_NEAR(rgb[0], colour(tile.rect.x + 16 * x)[0], 1) << tile.rect.x << " + " << x;
                }
            }
        }
    }
    EXPECT_DOUBLE_EQ(make_thumbnail(t.slide, {0.25, 0.25}, 8).scale_x, 32);
}

TEST_F(TileReaderTest, AnEmptyBlockGivesNothing) {
    const auto t = tiled(RgbImage(64, 64), {}, 32, 0.5, 0.5, 0.5);
    const auto result = TileReader(t.slide, t.grid).read({});
    EXPECT_TRUE(result.tiles.empty() && result.pixels.empty() && result.failures.empty());
}

}  // namespace
}  // namespace slidetype
