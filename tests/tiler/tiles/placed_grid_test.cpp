#include "tiler/tiles/placed_grid.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/tiff_slide.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::HasSubstr;

class PlacedGridTest : public ::testing::Test {
  protected:
    PlacedGridTest() {
        RgbImage picture(1003, 701);
        for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
            picture.pixels[i] = static_cast<std::uint8_t>(i * 7919 >> 4);
        }
        write_tiff_slide(folder_ / "slide.tiff", picture, {});
        slide_.emplace(folder_ / "slide.tiff");
    }
    TileGrid placed(const std::vector<TileCentre>& centres, double um = 0.5) const {
        return place_tiles(*slide_, {um, um, SpacingSource::user}, centres, options_);
    }

    TemporaryFolder folder_;
    std::optional<Slide> slide_;
    GridOptions options_{64, 1, 0, 0};
};

TEST_F(PlacedGridTest, IsTheGridWhereCentresAreThoseOfItsTiles) {
    for (const double um : {0.5, 0.499, 0.7071}) {
        const auto grid = make_grid(*slide_, {um, um, SpacingSource::user}, TissueMask{}, nullptr, options_);
        std::vector<TileCentre> centres;
        for (const auto& tile : grid.tiles) {
            centres.push_back({static_cast<double>(tile.rect.x) + grid.tile_width / 2,
                               static_cast<double>(tile.rect.y) + grid.tile_height / 2});
            if (centres.back().x >= 1003 || centres.back().y >= 701) centres.pop_back();
        }
        const auto result = placed(centres, um);
        EXPECT_EQ(result.level, grid.level);
        EXPECT_EQ(result.tile_width, grid.tile_width);
        ASSERT_EQ(result.tiles.size(), centres.size());
        for (std::size_t i = 0; i < centres.size(); ++i) {
            const auto& rect = result.tiles[i].rect;
            EXPECT_EQ(rect.x, std::llround(centres[i].x - grid.tile_width / 2));
            EXPECT_NEAR(static_cast<double>(rect.width), grid.tile_width, 1);
        }
    }
}

TEST_F(PlacedGridTest, HasTheSamePixelsWhereverATileIsAskedFor) {
    const auto grid = make_grid(*slide_, {0.5, 0.5, SpacingSource::user}, TissueMask{}, nullptr, options_);
    const std::size_t wanted = static_cast<std::size_t>(grid.columns) + 2;
    const auto& rect = grid.tiles[wanted].rect;
    const auto result = placed({{100, 100}, {static_cast<double>(rect.x + 64), static_cast<double>(rect.y + 64)}});
    ASSERT_EQ(result.tiles[1].rect, rect);
    const auto blocks = make_blocks(result, 1);
    ASSERT_EQ(blocks.size(), 2U) << "each for itself";
    EXPECT_EQ(TileReader(*slide_, result).read(blocks[1]).pixels,
              TileReader(*slide_, grid).read({{wanted}, rect}).pixels);
}

TEST_F(PlacedGridTest, MovesTilesAtTheLeftAndUpperEdgeIntoTheSlide) {
    const auto result = placed({{10, 300}, {300, 0}});
    EXPECT_EQ(result.tiles[0].rect, (Rect{0, 236, 128, 128}));
    EXPECT_EQ(result.tiles[1].rect, (Rect{236, 0, 128, 128}));
}

TEST_F(PlacedGridTest, RefusesPlacesBesideTheSlide) {
    for (const TileCentre centre : {TileCentre{1003, 10}, {10, 701}, {-1, 10}, {10, std::nan("")}, {1e300, 1}}) {
        const auto error = error_of([&] { placed({centre}); });
        EXPECT_EQ(error.code(), ErrorCode::bad_data);
        EXPECT_THAT(error.what(), HasSubstr("1003 x 701"));
    }
}

TEST_F(PlacedGridTest, RefusesSlidesThatAreTooCoarse) {
    EXPECT_EQ(code_of([&] { placed({{100, 100}}, 2.5); }), ErrorCode::too_coarse);
}

}  // namespace
}  // namespace slidetype
