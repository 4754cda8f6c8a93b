// Tiles and genuine slides read the quick way, against OpenSlide.
#include <gmock/gmock.h>

#include <algorithm>

#include "base/error.h"
#include "tests/support.h"
#include "tests/tiler/slide_pair.h"
#include "tests/tiler/tiff_slide.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

/// "mean_difference_0_252_um_128_px".
std::string property_name(double slide_um, int patch) {
    auto um = std::to_string(slide_um).substr(0, 6);
    std::ranges::replace(um, '.', '_');
    return "mean_difference_" + um + "_um_" + std::to_string(patch) + "_px";
}

/// All tiles of a slide at one model's spacing, read both ways.
void expect_alike_tiles(const Pair& slide, double slide_um, int patch, double model_um, double most) {
    TissueMask mask;
    mask.width = mask.height = 1;
    mask.scale_x = mask.scale_y = 1e6;
    mask.tissue = {1};
    const auto grid = make_grid(slide.careful, {slide_um, slide_um}, mask, nullptr,
                                {.patch_size_px = patch, .spacing_um_px = model_um});
    double sum = 0;
    std::size_t count = 0;
    for (const auto& block : make_blocks(grid)) {
        const auto quick = TileReader(slide.quick, grid).read(block),
                   careful = TileReader(slide.careful, grid).read(block);
        ASSERT_EQ(quick.tiles, careful.tiles);
        ASSERT_EQ(quick.pixels.size(), careful.pixels.size());
        for (std::size_t i = 0; i < quick.pixels.size(); ++i) sum += std::abs(quick.pixels[i] - careful.pixels[i]);
        count += quick.pixels.size();
        // What a tile looks like does not depend on its block.
        for (std::size_t i = 0; i < block.tiles.size(); i += 5) {
            const auto alone = TileReader(slide.quick, grid).read({{block.tiles[i]}, grid.tiles[block.tiles[i]].rect});
            ASSERT_TRUE(std::equal(alone.pixels.begin(), alone.pixels.end(),
                                   quick.pixels.begin() + static_cast<std::ptrdiff_t>(i * alone.pixels.size())));
        }
    }
    const double mean = sum / static_cast<double>(count);
    // For docs/architecture.md: --gtest_output=xml shows it.
    ::testing::Test::RecordProperty(property_name(slide_um, patch), std::to_string(mean));
    EXPECT_LE(mean, most) << slide_um << " → " << model_um;
}

TEST(QuickTiles, AreTheSameAtScaleOneAndAlikeWhenShrunk) {
    const TemporaryFolder folder;
    TiffSlide options;
    options.codec = TiffSlide::Codec::jpeg;
    options.tile = 128;
    write_tiff_slide(folder / "slide.tiff", tissue_like_picture(1003, 810), options);
    const Pair slide(folder / "slide.tiff");
    expect_alike_tiles(slide, 0.5, 64, 0.5, 0);
    for (const double um : {0.25, 0.252, 0.23, 0.125, 0.13, 0.07, 0.0625}) expect_alike_tiles(slide, um, 64, 0.5, 2);
    expect_alike_tiles(slide, 0.055, 64, 0.5, 3);  // the picture's cells are two pixels wide then
}

TEST(QuickTiles, AreThoseOfOpenSlideOnTheSampleSlides) {
    for (const auto* name : {"acinar.tiff", "keratin.tiff", "mixed.tiff"}) {
        const Pair slide(std::filesystem::path(SLIDETYPE_SOURCE_DIR) / "sample_slides" / name);
        EXPECT_TRUE(slide.quick.shrinks_while_decoding(0)) << name;
        expect_equal_pixels(slide, 20, name);
        expect_alike_when_shrunk(slide, 2, name);
        expect_alike_tiles(slide, 0.5, 256, 0.5, 0);          // one to one
        expect_alike_tiles(slide, 0.5, 112, 256.0 / 224, 0);  // averaged from full size
        expect_alike_tiles(slide, 0.127, 112, 0.5, 2);        // shrunk by the decoder: no level is 3.94 times smaller
    }
}

TEST(SharedSlidesQuickly, EverySampleGivesThePixelsOfOpenSlide) {
    SLIDETYPE_SHARED_OR_SKIP(folder, "slides");
    int slides = 0, quick = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file() || !is_slide(entry.path())) continue;
        if (entry.path().extension() == ".dcm") continue;  // OpenSlide 4 takes some for slides; they have no quick way
        const auto name = entry.path().filename().string();
        try {
            const Pair slide(entry.path());
            (void)slide.careful.read(0, {0, 0, 16, 16});
            ++slides;
            quick += slide.quick.shrinks_while_decoding(0) ? 1 : 0;
            expect_equal_pixels(slide, 40, name, false);
            expect_alike_when_shrunk(slide, 2, name, false);
        } catch (const Error& error) {
            EXPECT_EQ(entry.path().parent_path().filename(), "negative") << error.what();
        }
    }
    EXPECT_GE(slides, 5);
    EXPECT_GE(quick, 2);
}

TEST(SharedSlidesQuickly, TilesOfGenuineTissueAreAlikeWhenShrunk) {
    SLIDETYPE_SHARED_OR_SKIP(path, "slides/aperio_CMU-1-Small-Region.svs");
    const Pair slide(path);
    expect_alike_tiles(slide, 0.5, 256, 0.5, 0);
    for (const double um : {0.25, 0.252, 0.125}) expect_alike_tiles(slide, um, 128, 0.5, 2);
}

}  // namespace
}  // namespace slidetype
