// Genuine slides; skipped where the shared data are absent.
#include <gmock/gmock.h>

#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

Spacing spacing_of(const Slide& slide, std::optional<double> user = std::nullopt) {
    return slide.spacing(user);
}

TEST(SharedSlides, AnAperioSlideIsReadMaskedAndTiled) {
    SLIDETYPE_SHARED_OR_SKIP(path, "slides/aperio_CMU-1-Small-Region.svs");
    const Slide slide(path);
    EXPECT_EQ(slide.vendor(), "aperio");
    EXPECT_EQ(slide.width(), 2220);
    EXPECT_EQ(slide.height(), 2967);
    const auto spacing = spacing_of(slide);
    EXPECT_DOUBLE_EQ(spacing.x_um_px, 0.499);
    EXPECT_EQ(spacing.source, SpacingSource::slide_mpp);
    const auto mask = find_tissue(slide, spacing);
    const double tissue = mask.fraction({0, 0, 2220, 2967});
    EXPECT_GT(tissue, 0.3);
    EXPECT_LT(tissue, 0.45);
    const auto grid = make_grid(slide, spacing, mask, nullptr, {.patch_size_px = 256, .spacing_um_px = 0.5});
    EXPECT_EQ(grid.columns, 9);
    EXPECT_EQ(grid.rows, 12);
    for (const auto& block : make_blocks(grid)) {
        const auto read = TileReader(slide, grid).read(block);
        EXPECT_EQ(read.tiles, block.tiles);
    }
}

TEST(SharedSlides, NoPropertyOfAGenuineSlideTellsWhoMadeIt) {
    SLIDETYPE_SHARED_OR_SKIP(path, "slides/aperio_CMU-1-Small-Region.svs");
    for (const auto& [name, value] : Slide(path).shown_properties()) {
        for (const auto* secret : {"12/29/09", "1004486", "b414003d", "CMU-1", "CPAPERIOCS"})
            EXPECT_THAT(value, ::testing::Not(::testing::HasSubstr(secret))) << name;
    }
}

TEST(SharedSlides, ASlideWithoutPixelSizeAsksForOneAndIsMostlyTissue) {
    SLIDETYPE_SHARED_OR_SKIP(path, "slides/aperio_TCGA-CR-7395-01A-01-TS1.svs");
    const Slide slide(path);
    EXPECT_EQ(code_of([&] { spacing_of(slide); }), ErrorCode::no_spacing);
    EXPECT_EQ(slide.best_level(2), 1);
    const auto mask = find_tissue(slide, spacing_of(slide, 0.5));
    EXPECT_GT(mask.fraction({1000, 1000, 2000, 2000}), 0.95);
    EXPECT_EQ(mask.fraction({0, 0, 350, 450}), 0) << "the scanner's padding";
    EXPECT_LT(mask.fraction({0, 0, slide.width(), slide.height()}), 0.75);
}

TEST(SharedSlides, AFluorescenceSlideHoldsNoTissue) {
    SLIDETYPE_SHARED_OR_SKIP(path, "slides/hamamatsu_test3-DAPI-2-387.ndpi");
    const Slide slide(path);
    EXPECT_EQ(slide.levels().size(), 7U);
    const auto mask = find_tissue(slide, spacing_of(slide));
    EXPECT_EQ(mask.fraction({0, 0, slide.width(), slide.height()}), 0);
    EXPECT_THAT(mask.note, ::testing::HasSubstr("fluorescence"));
}

TEST(SharedSlides, ASlideWhosePixelsAreDamagedOpensAndFailsAtTheFirstRead) {
    SLIDETYPE_SHARED_OR_SKIP(path, "slides/negative/unreadable.svs");
    const Slide slide(path);
    EXPECT_EQ(code_of([&] { slide.read(0, {0, 0, 16, 16}); }), ErrorCode::corrupt);
    const auto mask = find_tissue(slide, spacing_of(slide));
    EXPECT_EQ(mask.unreadable.size(), 1U);
    const auto grid = make_grid(slide, spacing_of(slide), mask, nullptr,
                                {.patch_size_px = 16, .spacing_um_px = 0.5, .min_tissue = 0.1});
    const auto block = TileReader(slide, grid).read(make_blocks(grid).at(0));
    EXPECT_EQ(block.failures.size(), 1U);
}

TEST(SharedSlides, EveryFileOpensOrSaysWhyNot) {
    SLIDETYPE_SHARED_OR_SKIP(folder, "slides");
    int opened = 0, refused = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        try {
            const Slide slide(entry.path());
            EXPECT_GE(slide.levels().size(), 1U);
            ++opened;
        } catch (const Error& error) {
            EXPECT_FALSE(error.cause().empty()) << entry.path();
            ++refused;
        }
    }
    EXPECT_GE(opened, 20);
    EXPECT_GE(refused, 3);
}

}  // namespace
}  // namespace slidetype
