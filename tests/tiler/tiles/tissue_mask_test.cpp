#include "tiler/tiles/tissue_mask.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <random>

#include "tests/support.h"
#include "tests/tiler/tiff_slide.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using Colour = std::array<double, 3>;

constexpr Colour kGlass = {243, 243, 241}, kCream = {245, 238, 220}, kTissue = {190, 120, 165};
constexpr int kWidth = 300, kHeight = 200;

/// A thumbnail of 8 µm/px with noise on everything but pure white and pure black.
template <typename Function>
RgbImage thumbnail(Function colour, double noise = 2) {
    std::mt19937 random(7);
    std::normal_distribution<double> deviation(0, noise);
    return paint_picture(kWidth, kHeight, [&](int x, int y) {
        const Colour wanted = colour(x, y);
        const bool padding = wanted == Colour{255, 255, 255} || wanted == Colour{0, 0, 0};
        std::array<int, 3> rgb{};
        for (std::size_t c = 0; c < 3; ++c) {
            const double value = wanted[c] + (padding ? 0 : deviation(random));
            rgb[c] = static_cast<int>(std::clamp(std::round(value), 0.0, padding ? 255.0 : 254.0));
        }
        return rgb;
    });
}

TissueMask find(RgbImage picture) {
    return find_tissue_in(std::move(picture), 16, 16, 8);
}

double share(const TissueMask& mask) {
    return mask.fraction({0, 0, kWidth * 16, kHeight * 16});
}

bool in_disc(int x, int y) {
    return std::hypot(x - 150, y - 100) < 60;
}
constexpr double kDisc = 3.14159 * 60 * 60 / (kWidth * kHeight);

Colour shaded(const Colour& colour, double light) {
    return {colour[0] * light, colour[1] * light, colour[2] * light};
}

TEST(TissueMask, OfAPictureWithoutAnyColourSaysThatItIsGrey) {
    const auto discs = paint_picture(kWidth, kHeight, [](int x, int y) {
        const int v = in_disc(x, y) ? 130 : 240 + (x + y) % 3;
        return std::array{v, v, v};
    });
    EXPECT_THAT(find(discs).note, ::testing::HasSubstr("grey throughout"));
    const auto blank = paint_picture(kWidth, kHeight, [](int x, int y) {
        const int v = 240 + (x + y) % 3;
        return std::array{v, v, v};
    });
    EXPECT_THAT(find(blank).note, ::testing::HasSubstr("Nothing on the glass is stained"));
}

TEST(TissueMask, OfASmallPictureAPieceNeedNotBeLarge) {
    // 300 x 200 pixels of 0.4 µm: 120 x 80 µm, less than what is a speck on a slide.
    const auto field = thumbnail([](int x, int y) { return in_disc(x, y) ? kTissue : kGlass; });
    const auto wide = thumbnail([](int x, int) { return x < 200 ? kTissue : kGlass; });
    EXPECT_NEAR(share(find_tissue_in(wide, 16, 16, 0.4)), 2.0 / 3, 0.03);
    const auto speck = find_tissue_in(field, 16, 16, 0.4);
    EXPECT_EQ(share(speck), 0) << "a sixth of the picture";
    EXPECT_THAT(speck.note, ::testing::HasSubstr("Only small specks"));
}

TEST(TissueMask, NotesGlassOfAStrangeColourAndNoTissue) {
    for (const Colour& strange : {Colour{235, 128, 128}, Colour{128, 235, 128}, Colour{250, 130, 250}}) {
        const auto mask = find(thumbnail([&](int x, int y) { return in_disc(x, y) ? kTissue : strange; }));
        EXPECT_THAT(mask.note, ::testing::HasSubstr("far from the white or grey of glass")) << strange[0];
    }
    for (const Colour& tissue : {kTissue, Colour{225, 160, 200}, Colour{200, 120, 180}, Colour{120, 60, 140}})
        EXPECT_EQ(find(thumbnail([&](int, int) { return tissue; })).note.find("far from"), std::string::npos)
            << "all tissue: " << tissue[0];
}

TEST(TissueMask, FindsTissueDarkPaleAndFaint) {
    for (const Colour& stain : {kTissue, Colour{80, 50, 120}, Colour{110, 110, 180}, Colour{40, 20, 60},
                                Colour{232, 208, 224}, Colour{240, 226, 236}}) {
        const auto mask = find(thumbnail([&](int x, int y) { return in_disc(x, y) ? stain : kGlass; }));
        EXPECT_NEAR(share(mask), kDisc, 0.03) << stain[0];
        EXPECT_TRUE(mask.note.empty());
    }
}

TEST(TissueMask, FindsFaintPinkOnCreamGlass) {
    const auto mask = find(thumbnail([](int x, int y) { return in_disc(x, y) ? Colour{238, 214, 208} : kCream; }));
    EXPECT_NEAR(share(mask), kDisc, 0.03);
}

TEST(TissueMask, FindsPaleTissueBesideDark) {
    const auto mask = find(thumbnail([](int x, int y) {
        if (std::hypot(x - 80, y - 100) < 50) return Colour{130, 60, 120};
        return std::hypot(x - 220, y - 100) < 50 ? Colour{232, 208, 224} : kGlass;
    }));
    EXPECT_GT(mask.fraction({200 * 16, 80 * 16, 640, 640}), 0.99);
    EXPECT_GT(mask.fraction({60 * 16, 80 * 16, 640, 640}), 0.99);
    EXPECT_EQ(mask.fraction({145 * 16, 80 * 16, 160, 640}), 0);
}

TEST(TissueMask, TakesAPictureFullOfTissueForTissue) {
    EXPECT_EQ(share(find(thumbnail([](int, int) { return kTissue; }, 6))), 1);
    EXPECT_EQ(share(find(thumbnail([](int, int) { return Colour{225, 190, 215}; }, 4))), 1);
}

TEST(TissueMask, IsTheSameWhereverTissueLiesInATallPicture) {
    // Moved by rows, so that other rows lie at the ends of the strips in which stain is computed.
    constexpr int kTall = 700;
    const auto disc_at = [](int centre) {
        return paint_picture(kWidth, kTall, [centre](int x, int y) -> std::array<int, 3> {
            const int row = (y - centre + kTall) % kTall;
            const int grain = (x * 7 + row * 13) % 5;
            const bool tissue = std::hypot(x - 150, y - centre) < 60;
            return tissue ? std::array<int, 3>{190 - 3 * grain, 120 + grain, 165} : std::array<int, 3>{243, 243, 241};
        });
    };
    const auto expected = find(disc_at(120));
    EXPECT_GT(std::ranges::count(expected.tissue, 1), 9000);
    for (const int centre : {255, 256, 257, 300, 512}) {
        const auto mask = find(disc_at(centre));
        const auto moved = static_cast<std::ptrdiff_t>(centre - 120) * kWidth;
        EXPECT_TRUE(std::equal(mask.tissue.begin() + moved, mask.tissue.end(), expected.tissue.begin())) << centre;
    }
}

TEST(TissueMask, FindsNothingOnBlankGlassAndSaysSo) {
    for (const Colour& glass : {kGlass, kCream, Colour{240, 228, 234}, Colour{200, 200, 198}}) {
        const auto mask = find(thumbnail([&](int, int) { return glass; }, 4));
        EXPECT_EQ(share(mask), 0) << glass[2];
        EXPECT_FALSE(mask.note.empty());
    }
}

TEST(TissueMask, UnevenLightShadowsSpecksAndBlackInkAreNoTissue) {
    EXPECT_EQ(share(find(thumbnail([](int x, int) { return shaded(kGlass, 1 - 0.25 * x / kWidth); }))), 0);
    EXPECT_EQ(share(find(thumbnail([](int x, int) { return shaded(kCream, 1 - 0.2 * x / kWidth); }))), 0);
    EXPECT_EQ(share(find(thumbnail([](int x, int) { return x < 30 ? Colour{120, 120, 118} : kGlass; }))), 0);
    EXPECT_EQ(share(find(thumbnail([](int x, int y) { return in_disc(x, y) ? Colour{40, 40, 42} : kGlass; }))), 0);
    EXPECT_EQ(share(find(thumbnail([](int x, int y) { return x % 40 < 6 && y % 40 < 6 ? kTissue : kGlass; }))), 0);
    EXPECT_EQ(share(find(thumbnail([](int x, int y) { return in_disc(x, y) ? Colour{40, 150, 80} : kGlass; }))), 0);
}

TEST(TissueMask, PaddingOfTheScannerNeitherCountsNorShiftsTheThreshold) {
    for (const Colour& padding : {Colour{255, 255, 255}, Colour{0, 0, 0}}) {
        const auto mask = find(thumbnail([&](int x, int y) {
            if (x < 80) return padding;
            return in_disc(x, y) ? Colour{238, 214, 208} : kCream;
        }));
        EXPECT_NEAR(share(mask), kDisc, 0.03) << padding[0];
        EXPECT_EQ(mask.fraction({0, 0, 75 * 16, kHeight * 16}), 0);
    }
}

TEST(TissueMask, ABlackFluorescenceBackgroundHoldsNoTissueAndTheNoteSaysWhy) {
    for (const Colour& glow : {Colour{10, 20, 180}, Colour{10, 160, 10}}) {
        const auto mask = find(thumbnail([&](int x, int y) { return in_disc(x, y) ? glow : Colour{4, 5, 9}; }));
        EXPECT_EQ(share(mask), 0);
        EXPECT_THAT(mask.note, ::testing::HasSubstr("Black background"));
    }
}

TEST(TissueMask, SmallHolesAreFilledAndLargeOnesStay) {
    const auto mask = find(thumbnail([](int x, int y) {
        const bool small = std::hypot(x - 60, y - 100) < 6, large = std::hypot(x - 200, y - 100) < 25;
        return small || large ? kGlass : kTissue;
    }));
    EXPECT_EQ(mask.fraction({50 * 16, 90 * 16, 320, 320}), 1);
    EXPECT_EQ(mask.fraction({190 * 16, 90 * 16, 320, 320}), 0);
}

TEST(TissueMask, GlassAtTheEdgeIsNoHole) {
    const auto mask = find(thumbnail([](int x, int y) { return x < 10 && y < 20 ? kGlass : kTissue; }));
    EXPECT_EQ(mask.fraction({0, 0, 80, 160}), 0);
}

TEST(TissueMask, APureWhitePictureAndASinglePixelAreNoTrouble) {
    EXPECT_EQ(share(find(RgbImage(kWidth, kHeight))), 0);
    EXPECT_EQ(find_tissue_in(RgbImage(1, 1, 120), 1, 1, 8).tissue, std::vector<std::uint8_t>{0});
}

/// A slide of 0.5 µm/px with a stained disc in the middle.
RgbImage disc_slide(int edge) {
    return paint_picture(edge, edge, [edge](int x, int y) {
        return std::hypot(x - edge / 2.0, y - edge / 2.0) < edge / 4.0 ? std::array<int, 3>{190, 120, 165}
                                                                       : std::array<int, 3>{243, 243, 241};
    });
}

TEST(FindTissue, SeesTheSameFromOneLevelAsFromAPyramid) {
    const TemporaryFolder folder;
    for (const int levels : {1, 4}) {
        TiffSlide options;
        options.levels = levels;
        write_tiff_slide(folder / "slide.tiff", disc_slide(2500), options);
        const Slide slide(folder / "slide.tiff");
        const auto mask = find_tissue(slide, {0.5, 0.5});
        EXPECT_NEAR(mask.width, 2500.0 / 16, 1);
        EXPECT_NEAR(mask.scale_x, 16, 0.1);
        EXPECT_NEAR(mask.fraction({0, 0, 2500, 2500}), 3.14159 / 16, 0.01);
        EXPECT_NEAR(mask.fraction({1150, 1150, 200, 200}), 1, 1e-9);
    }
}

TEST(FindTissue, KeepsTheAxesOfAnAnisotropicSlideApart) {
    const TemporaryFolder folder;
    write_tiff_slide(folder / "slide.tiff", disc_slide(1600));
    const Slide slide(folder / "slide.tiff");
    const auto mask = find_tissue(slide, {0.5, 1.0});
    EXPECT_EQ(mask.width, 100);
    EXPECT_EQ(mask.height, 200);
    EXPECT_NEAR(mask.fraction({0, 0, 1600, 1600}), 3.14159 / 16, 0.01);
}

TEST(FindTissue, TakesUnreadablePartsForTissueSoThatTheyAreTried) {
    const TemporaryFolder folder;
    TiffSlide options;
    options.tile = 256;
    options.corrupt = {{0, 0, 0}};
    write_tiff_slide(folder / "slide.tiff", disc_slide(2048), options);
    const Slide slide(folder / "slide.tiff");
    const auto mask = find_tissue(slide, {0.5, 0.5});
    ASSERT_EQ(mask.unreadable.size(), 1U);
    EXPECT_EQ(mask.unreadable[0], (Rect{0, 0, 256, 256}));
    EXPECT_EQ(mask.fraction({0, 0, 256, 256}), 1);
    EXPECT_EQ(mask.fraction({256, 0, 256, 256}), 0);
    EXPECT_EQ(mask.thumbnail.at(3, 3)[0], 255);
    EXPECT_EQ(mask.fraction({950, 950, 100, 100}), 1);
}

}  // namespace
}  // namespace slidetype
