#include "tiler/tiles/tile_grid.h"

#include <gmock/gmock.h>

#include <numeric>
#include <set>

#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/tiff_slide.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

/// A mask of level-0 width × height, one mask pixel per `scale` pixels, that is tissue where `inside(x, y)`.
template <typename Function>
TissueMask mask_of(int width, int height, double scale, Function inside) {
    TissueMask mask;
    mask.width = static_cast<int>(std::ceil(width / scale)), mask.height = static_cast<int>(std::ceil(height / scale));
    mask.scale_x = mask.scale_y = scale;
    for (int y = 0; y < mask.height; ++y)
        for (int x = 0; x < mask.width; ++x) mask.tissue.push_back(inside(x, y) ? 1 : 0);
    return mask;
}

class TileGridTest : public ::testing::Test {
  protected:
    TileGridTest() {
        TiffSlide options;
        options.levels = 3;
        write_tiff_slide(folder_ / "slide.tiff", RgbImage(1003, 701, 200), options);
    }
    TileGrid grid(const GridOptions& options, double x_um = 0.5, double y_um = 0.5,
                  const RegionOfInterest* region = nullptr) {
        return make_grid(slide(), {x_um, y_um, SpacingSource::user}, everything_, region, options);
    }
    const Slide& slide() {
        if (!slide_) slide_.emplace(folder_ / "slide.tiff");
        return *slide_;
    }
    TemporaryFolder folder_;
    std::optional<Slide> slide_;
    TissueMask everything_ = mask_of(1003, 701, 16, [](int, int) { return true; });
};

TEST(TileStatusTest, EveryStatusHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (int s = 0; s < kTileStatusCount; ++s) names.insert(to_string(static_cast<TileStatus>(s)));
    EXPECT_EQ(names.size(), static_cast<std::size_t>(kTileStatusCount));
    EXPECT_FALSE(names.contains(""));
    EXPECT_TRUE(names.contains("benign") && names.contains("unfamiliar"));
}

TEST_F(TileGridTest, PartitionsTheSlideExactlyAtEverySpacing) {
    for (const double spacing : {0.5, 0.499, 0.2513, 0.7071, 0.33}) {
        const auto result = grid({.patch_size_px = 64, .spacing_um_px = 0.5}, spacing, spacing);
        std::int64_t area = 0;
        for (std::size_t k = 0; k < result.tiles.size(); ++k) {
            const auto& tile = result.tiles[k];
            EXPECT_EQ(tile.column, static_cast<int>(k) % result.columns);
            EXPECT_EQ(tile.row, static_cast<int>(k) / result.columns);
            if (tile.column > 0) {
                EXPECT_EQ(result.tiles[k - 1].rect.right(), tile.rect.x);
            }
            if (tile.row > 0) {
                EXPECT_EQ(result.tiles[k - static_cast<std::size_t>(result.columns)].rect.bottom(), tile.rect.y);
            }
            area += tile.rect.width * tile.rect.height;
        }
        const auto& last = result.tiles.back().rect;
        EXPECT_EQ(area, last.right() * last.bottom()) << spacing;
        EXPECT_GE(last.right(), 1003);
        EXPECT_GE(last.bottom(), 701);
        EXPECT_LT(last.x, 1003);
        EXPECT_LT(last.y, 701);
        EXPECT_DOUBLE_EQ(result.tile_width, 64 * 0.5 / spacing);
    }
}

TEST_F(TileGridTest, RoundingNeverDriftsAlongARow) {
    const auto result = grid({.patch_size_px = 64, .spacing_um_px = 0.5}, 0.499, 0.499);
    for (int i = 0; i < result.columns; ++i)
        EXPECT_EQ(result.tiles[static_cast<std::size_t>(i)].rect.x, std::llround(i * 64 * 0.5 / 0.499));
}

TEST_F(TileGridTest, HonoursEachAxisOfAnAnisotropicSlide) {
    const auto result = grid({.patch_size_px = 64, .spacing_um_px = 0.5}, 0.25, 0.5);
    EXPECT_EQ(result.tiles[0].rect, (Rect{0, 0, 128, 64}));
    EXPECT_EQ(result.level, 0) << "the finer axis decides, so that no axis is read too coarse";
}

TEST_F(TileGridTest, ReadsTheCoarsestLevelThatHasFourTimesThePixelsOrElseTheFinest) {
    const auto level_at = [this](double um_px) {
        return grid({.patch_size_px = 64, .spacing_um_px = 1}, um_px, um_px).level;
    };
    EXPECT_EQ(level_at(1), 0);
    EXPECT_EQ(level_at(0.25), 0);
    EXPECT_EQ(level_at(0.14), 0) << "level 1 would leave less than a factor of four";
    EXPECT_EQ(level_at(0.125), 1);
    EXPECT_EQ(level_at(0.1265), 1) << "scanners' 80x is a hundredth coarser as often as not";
    EXPECT_EQ(level_at(0.07), 1);
    EXPECT_EQ(level_at(0.0625), 2);
    EXPECT_EQ(level_at(0.05), 2) << "there is no coarser one";
}

TEST_F(TileGridTest, OverlappingTilesKeepTheirSizeAndStepByTheRest) {
    const auto result = grid({.patch_size_px = 64, .spacing_um_px = 0.5, .overlap = 0.25});
    EXPECT_EQ(result.tiles[0].rect, (Rect{0, 0, 64, 64}));
    EXPECT_EQ(result.tiles[1].rect, (Rect{48, 0, 64, 64}));
    EXPECT_GE(result.tiles.back().rect.right(), 1003);
    EXPECT_LT(result.tiles[static_cast<std::size_t>(result.columns) - 2].rect.right(), 1003);
}

TEST_F(TileGridTest, ATileWithTooLittleTissueIsBackground) {
    const auto half = mask_of(1003, 701, 16, [](int x, int) { return x < 6; });  // 96 pixels
    const auto result = make_grid(slide(), {0.5, 0.5}, half, nullptr, {.patch_size_px = 64, .spacing_um_px = 0.5});
    EXPECT_EQ(result.tiles[0].status, TileStatus::ok);
    EXPECT_FLOAT_EQ(result.tiles[1].tissue_fraction, 0.5F);
    EXPECT_EQ(result.tiles[1].status, TileStatus::ok) << "the limit itself is enough";
    EXPECT_EQ(result.tiles[2].status, TileStatus::background);
}

TEST_F(TileGridTest, TheRegionOfInterestIsDecidedByTheCentreAndRespectsHoles) {
    // Columns 1 and 2 in part: the centre of column 1 (96) is inside, that of column 2 (160) is in the hole.
    const RegionOfInterest region(
        {{{{70, 0}, {300, 0}, {300, 64}, {70, 64}}, {{{150, 10}, {170, 10}, {170, 50}, {150, 50}}}}});
    const auto result = grid({.patch_size_px = 64, .spacing_um_px = 0.5}, 0.5, 0.5, &region);
    const auto status = [&](int column, int row) {
        return result.tiles[static_cast<std::size_t>(row * result.columns + column)].status;
    };
    EXPECT_EQ(status(0, 0), TileStatus::outside_roi);
    EXPECT_EQ(status(1, 0), TileStatus::ok);
    EXPECT_EQ(status(2, 0), TileStatus::outside_roi);
    EXPECT_EQ(status(3, 0), TileStatus::ok);
    EXPECT_EQ(status(1, 1), TileStatus::outside_roi);
    const RegionOfInterest nothing({});
    for (const auto& tile : grid({.patch_size_px = 64, .spacing_um_px = 0.5}, 0.5, 0.5, &nothing).tiles)
        EXPECT_EQ(tile.status, TileStatus::outside_roi);
}

TEST_F(TileGridTest, OutsideTheRegionBeatsBackground) {
    const auto none = mask_of(1003, 701, 16, [](int, int) { return false; });
    const RegionOfInterest region({{{{0, 0}, {64, 0}, {64, 64}, {0, 64}}, {}}});
    const auto result = make_grid(slide(), {0.5, 0.5}, none, &region, {.patch_size_px = 64, .spacing_um_px = 0.5});
    EXPECT_EQ(result.tiles[0].status, TileStatus::background);
    EXPECT_EQ(result.tiles[1].status, TileStatus::outside_roi);
}

TEST_F(TileGridTest, ATooCoarseSlideIsRefusedOnEitherAxis) {
    const GridOptions options{.patch_size_px = 64, .spacing_um_px = 0.5};
    EXPECT_NO_THROW(grid(options, 1.0, 1.0));
    EXPECT_EQ(code_of([&] { grid(options, 1.01, 0.5); }), ErrorCode::too_coarse);
    EXPECT_EQ(code_of([&] { grid(options, 0.5, 1.01); }), ErrorCode::too_coarse);
}

TEST_F(TileGridTest, SenselessOptionsAreRefused) {
    for (const GridOptions& options :
         {GridOptions{.patch_size_px = 0, .spacing_um_px = 0.5}, GridOptions{.patch_size_px = 64, .spacing_um_px = 0},
          GridOptions{.patch_size_px = 64, .spacing_um_px = std::nan("")},
          GridOptions{.patch_size_px = 64, .spacing_um_px = 0.5, .overlap = 0.95},
          GridOptions{.patch_size_px = 64, .spacing_um_px = 0.5, .overlap = -0.1},
          GridOptions{.patch_size_px = 64, .spacing_um_px = 0.5, .min_tissue = 1.5},
          GridOptions{.patch_size_px = 1, .spacing_um_px = 0.5, .overlap = 0.9}})
        EXPECT_EQ(code_of([&] { grid(options); }), ErrorCode::usage);
}

TEST_F(TileGridTest, BlocksHoldEveryOkTileOnceAndNothingElse) {
    auto result = grid({.patch_size_px = 64, .spacing_um_px = 0.5});
    ASSERT_EQ(result.columns, 16);
    for (std::size_t k = 0; k < 4; ++k) result.tiles[k].status = TileStatus::background;
    for (int row = 4; row < 8; ++row)
        for (int column = 0; column < 4; ++column)
            result.tiles[static_cast<std::size_t>(row * 16 + column)].status = TileStatus::outside_roi;
    const auto blocks = make_blocks(result, 4);
    std::vector<int> seen(result.tiles.size(), 0);
    for (const auto& block : blocks) {
        EXPECT_FALSE(block.tiles.empty());
        EXPECT_LE(block.tiles.size(), 16U);
        EXPECT_TRUE(std::is_sorted(block.tiles.begin(), block.tiles.end()));
        for (const auto tile : block.tiles) {
            ++seen[tile];
            const auto& rect = result.tiles[tile].rect;
            EXPECT_TRUE(rect.x >= block.rect.x && rect.right() <= block.rect.right());
            EXPECT_TRUE(rect.y >= block.rect.y && rect.bottom() <= block.rect.bottom());
        }
    }
    for (std::size_t k = 0; k < seen.size(); ++k)
        EXPECT_EQ(seen[k], result.tiles[k].status == TileStatus::ok ? 1 : 0) << k;
    EXPECT_EQ(blocks[0].rect, (Rect{0, 64, 256, 192})) << "the smallest rectangle around its ok tiles";
    EXPECT_EQ(blocks.size(), 4U * 3U - 1U);
}

TEST_F(TileGridTest, TheFirstAndLastBlocksAreThoseOfAll) {
    auto result = grid({.patch_size_px = 64, .spacing_um_px = 0.5});
    for (std::size_t k = 0; k < 70; ++k) result.tiles[k].status = TileStatus::background;
    const auto all = make_blocks(result, 3);
    const auto same = [&](const std::vector<TileBlock>& some, std::size_t from) {
        for (std::size_t i = 0; i < some.size(); ++i) {
            EXPECT_EQ(some[i].tiles, all[from + i].tiles) << i;
            EXPECT_EQ(some[i].rect, all[from + i].rect) << i;
        }
        return some.size();
    };
    EXPECT_EQ(same(first_blocks(result, 1, 3), 0), 1U);
    EXPECT_EQ(same(first_blocks(result, 1000, 3), 0), all.size());
    EXPECT_EQ(same(last_blocks(result, 2, 3), all.size() - 2), 2U);
    for (auto& tile : result.tiles) tile.status = TileStatus::background;
    EXPECT_TRUE(first_blocks(result, 1).empty());
    EXPECT_TRUE(last_blocks(result, 1).empty());
}

TEST(TissueFraction, IsWeightedByAreaAndCountsTheOutsideAsNone) {
    const auto mask = mask_of(40, 40, 10, [](int x, int y) { return x == 1 && y == 1; });
    EXPECT_DOUBLE_EQ(mask.fraction({10, 10, 10, 10}), 1);
    EXPECT_DOUBLE_EQ(mask.fraction({0, 0, 40, 40}), 1.0 / 16);
    EXPECT_DOUBLE_EQ(mask.fraction({15, 10, 10, 10}), 0.5);
    EXPECT_DOUBLE_EQ(mask.fraction({13, 13, 2, 2}), 1);
    EXPECT_DOUBLE_EQ(mask.fraction({-10, -10, 30, 30}), 1.0 / 9);
    EXPECT_DOUBLE_EQ(mask.fraction({1000, 1000, 10, 10}), 0);
    EXPECT_DOUBLE_EQ(mask.fraction({0, 0, 0, 0}), 0);
}

}  // namespace
}  // namespace slidetype
