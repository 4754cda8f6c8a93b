// Writers leave out tiles of glass: no bytes, no offset.
#include "tiler/slides/missing_tiles.h"

#include <gmock/gmock.h>
#include <tiff.h>

#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/slide_pair.h"
#include "tests/tiler/tiff_slide.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

bool is_white(const RgbImage& image) {
    return std::ranges::all_of(image.pixels, [](std::uint8_t value) { return value == 255; });
}

class MissingTilesTest : public ::testing::TestWithParam<TiffSlide::Codec> {
  protected:
    MissingTilesTest() {
        options_.codec = GetParam();
        options_.levels = 3;
        options_.um_px_x = options_.um_px_y = 0.5;
    }
    Pair write(const RgbImage& picture, const std::string& name) {
        write_tiff_slide(folder_ / name, picture, options_);
        return Pair(folder_ / name);
    }
    TemporaryFolder folder_;
    TiffSlide options_;
};

TEST_P(MissingTilesTest, AreBackgroundAndLeaveTheirNeighboursAsTheyAre) {
    const auto picture = tissue_like_picture(512, 384);
    const auto whole = write(picture, "whole.tiff");
    options_.missing = {{0, 2, 1}, {0, 3, 1}, {0, 7, 5}};
    const auto sparse = write(picture, "sparse.tiff");
    EXPECT_TRUE(is_white(sparse.quick.read(0, {128, 64, 128, 64})));
    EXPECT_TRUE(is_white(sparse.quick.read_shrunk(0, {448, 320, 64, 64}, 4)));
    for (const Rect& rect : {Rect{0, 0, 512, 64}, Rect{64, 64, 64, 64}, Rect{256, 64, 64, 64}, Rect{0, 128, 512, 192}})
        EXPECT_EQ(sparse.quick.read(0, rect).pixels, whole.quick.read(0, rect).pixels) << rect.x << " " << rect.y;
    expect_equal_pixels(sparse, 20, "sparse");
    expect_alike_when_shrunk(sparse, 2, "sparse");
    ASSERT_EQ(sparse.quick.notes().size(), 1U);
    EXPECT_THAT(sparse.quick.notes()[0], ::testing::HasSubstr("3 of the 48 tiles of the finest picture are not"));
    EXPECT_TRUE(whole.quick.notes().empty());
}

TEST_P(MissingTilesTest, AreBackgroundBetweenPixelsToo) {
    const auto picture = tissue_like_picture(1001, 903);  // its coarser levels are interpolated
    const auto whole = write(picture, "whole.tiff");
    for (int column = 2; column < 6; ++column) {
        for (int row = 4; row < 8; ++row) options_.missing.push_back({0, column, row});
    }
    options_.missing.insert(options_.missing.end(), {{1, 1, 2}, {1, 1, 3}, {1, 2, 2}, {1, 2, 3}});
    const auto sparse = write(picture, "sparse.tiff");
    for (const auto* slide : {&sparse.quick, &sparse.careful}) {
        EXPECT_TRUE(is_white(slide->read(1, {66, 130, 124, 124})));
        EXPECT_LE(mean_difference(slide->read(1, {0, 0, 400, 120}), whole.quick.read(1, {0, 0, 400, 120})), 2);
        const auto all = slide->read(1, {0, 0, 500, 451});
        for (const Rect& rect : {Rect{30, 100, 50, 60}, Rect{60, 120, 9, 9}, Rect{180, 200, 100, 90}}) {
            const auto part = slide->read(1, rect);
            for (int y = 0; y < part.height; ++y) {
                ASSERT_TRUE(std::equal(part.at(0, y), part.at(0, y) + std::ptrdiff_t{3} * part.width,
                                       all.at(static_cast<int>(rect.x), static_cast<int>(rect.y) + y)))
                    << rect.x << ": a pixel has one value however it is asked for";
            }
        }
    }
}

TEST_P(MissingTilesTest, OfACoarserLevelAreTakenFromTheFiner) {
    for (const int width : {512, 509}) {
        const auto picture = tissue_like_picture(width, 384);
        options_.missing.clear();
        const auto whole = write(picture, "whole.tiff");
        options_.missing = {{1, 1, 1}, {1, 2, 0}, {2, 0, 0}, {2, 1, 1}};
        const auto sparse = write(picture, "sparse.tiff");
        EXPECT_TRUE(sparse.quick.notes().empty()) << "nothing is lost";
        for (int level = 1; level < 3; ++level) {
            const Rect all{0, 0, 128, 96};
            for (const auto* slide : {&sparse.quick, &sparse.careful})
                EXPECT_LE(mean_difference(slide->read(level, all), whole.careful.read(level, all)), 4) << level;
        }
    }
}

TEST_P(MissingTilesTest, OfLeicaAreBackgroundWhereTheScannedAreaLies) {
    options_.levels = 2;
    options_.description = leica_description(512, 384, 5001, 7323);  // between pixels of the coarser level
    const auto picture = tissue_like_picture(512, 384);
    const auto whole = write(picture, "whole.tiff");
    ASSERT_EQ(whole.quick.vendor(), "leica");
    options_.missing = {{0, 2, 2}, {0, 3, 2}, {0, 2, 3}, {0, 3, 3}, {1, 1, 1}};
    const auto sparse = write(picture, "sparse.tiff");
    const auto at = [](int x, int y, int width, int height) { return Rect{5001 + x, 7323 + y, width, height}; };
    EXPECT_TRUE(is_white(sparse.quick.read(0, at(128, 128, 128, 128))));
    for (const Rect& rect : {at(0, 0, 512, 128), at(256, 100, 100, 200), at(-50, -50, 100, 100)})
        EXPECT_EQ(sparse.quick.read(0, rect).pixels, whole.quick.read(0, rect).pixels);
    const int left = 2500, top = 3661;
    EXPECT_TRUE(is_white(sparse.quick.read(1, {left + 66, top + 66, 60, 60})));
    const Rect beside{left, top, 250, 62};
    EXPECT_LE(mean_difference(sparse.quick.read(1, beside), whole.quick.read(1, beside)), 3);
    EXPECT_NO_THROW(sparse.quick.read(1, {left, top, 256, 192}));
    EXPECT_EQ(sparse.quick.notes().size(), 1U);
}

TEST_P(MissingTilesTest, AreNeitherTissueNorUnreadable) {
    const auto picture = paint_picture(1024, 1024, [](int x, int y) {
        const bool tissue = x < 512 && y < 512;
        return tissue ? std::array{200, 120 + (x * 7 + y * 3) % 30, 180} : std::array{242, 242, 242};
    });
    for (int level = 0; level < 3; ++level) {
        for (int row = 0; row < 16 >> level; ++row) {
            for (int column = 0; column < 16 >> level; ++column) {
                if (row >= 9 >> level || column >= 9 >> level) options_.missing.push_back({level, column, row});
            }
        }
    }
    const auto slide = write(picture, "sparse.tiff").quick;
    const Spacing spacing{0.5, 0.5};
    const auto mask = find_tissue(slide, spacing, {.spacing_um_px = 2});
    EXPECT_TRUE(mask.unreadable.empty());
    EXPECT_NEAR(mask.fraction({0, 0, 1024, 1024}), 0.25, 0.02);
    const auto grid =
        make_grid(slide, spacing, mask, nullptr, {.patch_size_px = 64, .spacing_um_px = 1, .min_tissue = 0});
    for (const auto& block : make_blocks(grid)) EXPECT_TRUE(TileReader(slide, grid).read(block).failures.empty());
}

TEST_P(MissingTilesTest, OfAllThePictureAreAnErrorAndNotGlass) {
    write(tissue_like_picture(128, 128), "none.tiff");
    set_tag(folder_ / "none.tiff", TIFFTAG_TILEBYTECOUNTS, 0);
    const auto error = error_of([&] { Slide slide(folder_ / "none.tiff"); });
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    EXPECT_THAT(error.cause(), ::testing::HasSubstr("holds none of the tiles"));
}

INSTANTIATE_TEST_SUITE_P(OfEveryCodec, MissingTilesTest,
                         ::testing::Values(TiffSlide::Codec::deflate, TiffSlide::Codec::jpeg), [](const auto& info) {
                             return info.param == TiffSlide::Codec::jpeg ? std::string("Jpeg") : std::string("Deflate");
                         });

}  // namespace
}  // namespace slidetype
