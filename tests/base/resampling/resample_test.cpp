#include "base/resampling/resample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "tests/painted.h"

namespace slidetype {
namespace {

RgbImage noise(int width, int height) {
    RgbImage picture(width, height);
    std::mt19937 random(7);
    std::ranges::generate(picture.pixels, [&] { return static_cast<std::uint8_t>(random()); });
    return picture;
}

RgbImage window(const RgbImage& image, const Window& part, int width, int height) {
    RgbImage out(width, height);
    resample_window(image, part, out);
    return out;
}

struct OfPillow {
    int width, height, to_width, to_height;
    std::vector<int> pixels;
};

/// What Pillow 9.4 makes of pattern() with Image.resize(…, Image.BILINEAR).
const std::vector<OfPillow> kOfPillow = {
    // clang-format off
    {16, 16, 7, 7,
     {97, 10, 125, 133, 51, 128, 128, 141, 128, 111, 143, 128, 140, 151, 127, 138, 152, 127, 120, 148, 130, 110, 34,
      128, 122, 75, 127, 115, 147, 127, 120, 103, 128, 120, 100, 128, 137, 136, 128, 137, 143, 127, 138, 91, 128, 121, 131,
      127, 137, 164, 127, 130, 124, 128, 122, 120, 128, 137, 104, 128, 120, 121, 127, 112, 169, 128, 110, 155, 128, 133,
      102, 128, 121, 117, 128, 131, 122, 128, 141, 127, 128, 128, 132, 128, 131, 121, 127, 127, 101, 128, 124, 141, 128,
      111, 118, 128, 143, 120, 127, 143, 141, 127, 131, 107, 128, 124, 132, 127, 116, 121, 128, 118, 110, 128, 143, 141,
      128, 146, 123, 127, 144, 134, 127, 140, 126, 128, 133, 116, 130, 137, 134, 127, 142, 118, 127, 149, 133, 128, 143,
      129, 128, 148, 114, 128, 147, 113, 125}},
    {9, 12, 4, 5,
     {99, 10, 125, 132, 49, 128, 128, 137, 128, 112, 143, 125, 113, 38, 128, 122, 77, 127, 116, 151, 127, 119, 92,
      128, 135, 99, 128, 120, 137, 128, 137, 160, 128, 133, 123, 128, 112, 172, 127, 113, 144, 128, 133, 103, 128, 119,
      126, 127, 136, 107, 130, 125, 104, 127, 124, 150, 127, 105, 115, 130}},
    {5, 4, 8, 6,
     {0, 0, 0, 16, 2, 112, 39, 6, 239, 62, 15, 80, 86, 28, 80, 109, 43, 239, 132, 65, 112, 148, 80, 0, 46, 2, 128,
      62, 4, 128, 85, 8, 128, 109, 17, 128, 133, 30, 128, 156, 45, 128, 179, 67, 128, 196, 82, 128, 106, 5, 212, 123, 7,
      138, 144, 11, 53, 141, 20, 159, 152, 33, 159, 176, 48, 53, 199, 70, 138, 216, 85, 212, 167, 10, 43, 184, 12, 117,
      194, 16, 202, 86, 25, 96, 43, 38, 96, 68, 53, 202, 92, 75, 117, 109, 90, 43, 100, 20, 128, 117, 22, 128, 134, 26,
      128, 79, 35, 128, 63, 48, 128, 88, 63, 128, 113, 85, 128, 130, 100, 128, 17, 27, 255, 35, 29, 143, 60, 33, 16, 85,
      42, 175, 110, 55, 175, 135, 70, 16, 160, 92, 143, 177, 107, 255}},
    {6, 9, 8, 4,
     {75, 4, 109, 99, 7, 132, 108, 15, 132, 105, 27, 114, 133, 46, 141, 161, 71, 123, 149, 101, 123, 104, 129, 146,
      91, 27, 131, 116, 30, 127, 118, 38, 127, 101, 50, 130, 131, 69, 125, 126, 94, 128, 127, 124, 128, 141, 152, 124, 125,
      82, 131, 151, 85, 127, 143, 93, 127, 106, 105, 130, 124, 124, 125, 118, 149, 128, 128, 172, 128, 155, 188, 124, 141,
      156, 109, 109, 159, 132, 106, 167, 132, 126, 179, 114, 77, 198, 141, 96, 163, 123, 129, 117, 123, 157, 76, 146}},
    // clang-format on
};

RgbImage pattern(int width, int height) {
    return testing::paint_picture(width, height, [](int x, int y) {
        return std::array{(37 * x + 91 * y + x * y) % 256, (5 * x * x + 3 * y * y) % 256, (x + y) % 2 == 0 ? 0 : 255};
    });
}

TEST(Resample, GivesWhatPillowGivesToOneGreyLevel) {
    for (const auto& [width, height, to_width, to_height, pixels] : kOfPillow) {
        const auto seen = resampled(pattern(width, height), to_width, to_height);
        ASSERT_EQ(seen.pixels.size(), pixels.size());
        for (std::size_t i = 0; i < pixels.size(); ++i)
            ASSERT_NEAR(seen.pixels[i], pixels[i], 1) << width << " to " << to_width << ", sample " << i;
    }
}

TEST(Resample, GivesTheBytesThatItsNumberStandsFor) {
    const auto picture = pattern(61, 47);
    std::string bytes;
    for (const auto [width, height] : {std::array{20, 31}, {112, 112}, {61, 3}}) {
        const auto seen = resampled(picture, width, height),
                   cut = window(picture, {3.25, 1.5, 40, 37.75}, width, height);
        bytes.append(seen.pixels.begin(), seen.pixels.end());
        bytes.append(cut.pixels.begin(), cut.pixels.end());
    }
    EXPECT_EQ(kResamplingKernel, 2) << "store the digest of the new kernel here";
    EXPECT_EQ(sha256_hex(bytes), "bef9272245fc8187bc57a58cbc07a378a342229660737004e6b7dd9b78157c38")
        << "raise kResamplingKernel";
}

TEST(Resample, CopiesAPictureOfTheSameSize) {
    const auto picture = noise(21, 13);
    RgbImage copied(21, 13);
    resample(picture, copied);
    EXPECT_EQ(copied.pixels, picture.pixels);
    EXPECT_EQ(resampled(picture, 21, 13).pixels, picture.pixels);
}

TEST(Resample, KeepsAnEvenColourAtEveryScale) {
    for (const int value : {0, 1, 201, 255}) {
        const RgbImage even(97, 61, static_cast<std::uint8_t>(value));
        for (const auto [width, height] : {std::array{96, 60}, {49, 31}, {13, 200}, {300, 61}, {97, 3}, {1, 1}, {2, 7}})
            for (const auto sample : resampled(even, width, height).pixels)
                ASSERT_EQ(sample, value) << width << " x " << height;
    }
}

TEST(Resample, OfALongStripToOnePixelIsStillWeighedToOne) {
    RgbImage strip(40'000, 1, 10);
    EXPECT_EQ(resampled(strip, 1, 1).pixels, (std::vector<std::uint8_t>{10, 10, 10}));
}

TEST(Resample, TakesAPartOfAPictureAsAPictureOfItsOwn) {
    const auto picture = noise(60, 50);
    RgbImage part(31, 20);
    for (int y = 0; y < 20; ++y) std::copy_n(picture.at(11, 7 + y), 93, part.at(0, y));
    RgbImage out(14, 9);
    resample(RgbView(picture).part({11, 7, 31, 20}), out);
    EXPECT_EQ(out.pixels, resampled(part, 14, 9).pixels);
}

TEST(ResampleWindow, OnPixelsDoesAndCopiesAsResampleDoes) {
    const auto picture = noise(60, 50);
    EXPECT_EQ(window(picture, {0, 0, 60, 50}, 20, 25).pixels, resampled(picture, 20, 25).pixels);
    EXPECT_EQ(window(picture, {0, 0, 60, 50}, 60, 50).pixels, picture.pixels);
}

TEST(ResampleWindow, BetweenPixelsIsCentredOnTheOutputPixel) {
    // A ramp along x: away from the window's edges it has the value of an output pixel's centre.
    const auto ramp = testing::paint_picture(64, 8, [](int x, int y) { return std::array{3 * x, 2 * x, 10 + y}; });
    const auto out = window(ramp, {1.25, 0, 30, 8}, 20, 8);
    for (int x = 1; x < 19; ++x) {
        const double middle = 1.25 + 1.5 * (x + 0.5) - 0.5;
        EXPECT_NEAR(out.at(x, 3)[0], 3 * middle, 1.01) << x;
        EXPECT_NEAR(out.at(x, 3)[1], 2 * middle, 0.9) << x;
        EXPECT_EQ(out.at(x, 3)[2], 13);
    }
}

TEST(ResampleWindow, KeepsAnEvenColourAndTheEdges) {
    const RgbImage even(33, 17, 201);
    for (const auto& part : {Window{0.5, 0.25, 32, 16}, Window{0.125, 0.875, 32.5, 15.75}, Window{3.5, 3.5, 9.5, 9.5}})
        for (const auto value : window(even, part, 10, 9).pixels) ASSERT_EQ(value, 201);
}

TEST(ResampleWindow, DoesNotDependOnThePictureAround) {
    const auto picture = noise(80, 80);
    RgbImage inner(40, 40);
    for (int y = 0; y < 40; ++y) std::copy_n(picture.at(11, 7 + y), 120, inner.at(0, y));
    EXPECT_EQ(window(picture, {11.5, 7.25, 30, 30}, 29, 29).pixels, window(inner, {0.5, 0.25, 30, 30}, 29, 29).pixels);
}

TEST(ResampleWindow, OfPixelsThatItCutsCountsThePartThatIsInIt) {
    // Of the last pixel, which is white, a quarter is within.
    auto picture = testing::paint_picture(8, 1, [](int x, int) { return std::array{x == 7 ? 255 : 0, 0, 0}; });
    const int quarter = window(picture, {0, 0, 7.25, 1}, 2, 1).at(1, 0)[0];
    const int all = window(picture, {0, 0, 8, 1}, 2, 1).at(1, 0)[0];
    EXPECT_GT(quarter, 0);
    EXPECT_LT(quarter, all / 2);
}

TEST(WindowOf, WhatADecoderShrankIsThePlaceThatWasMeant) {
    // Columns of full-size pixels 0 … 79 at a quarter: shrunk pixel k shows 4k … 4k + 3.
    const auto shrunk = testing::paint_picture(20, 4, [](int x, int) { return std::array{12 * x + 4, 0, 0}; });
    RgbImage out(10, 4);
    resample_window(shrunk, window_of({10, 0, 60, 16}, {0, 0, 80, 16}, 4), out);
    for (int x = 1; x < 9; ++x) {
        const double centre = (10 + 6 * (x + 0.5)) / 4;
        EXPECT_NEAR(out.at(x, 1)[0], 12 * (centre - 0.5) + 4, 1.01) << x;
    }
}

TEST(Averaged, IsTheMeanOfWholePixels) {
    const auto picture = noise(24, 16);
    for (const int factor : {2, 4, 8}) {
        const auto seen = averaged(picture, 24 / factor, 16 / factor);
        ASSERT_EQ(seen.width, 24 / factor);
        for (int y = 0; y < seen.height; ++y) {
            for (int x = 0; x < seen.width; ++x) {
                int sum = 0;
                for (int v = 0; v < factor; ++v)
                    for (int u = 0; u < factor; ++u) sum += picture.at(factor * x + u, factor * y + v)[1];
                ASSERT_EQ(seen.at(x, y)[1], (2 * sum + factor * factor) / (2 * factor * factor)) << factor;
            }
        }
    }
}

TEST(AverageWindow, BetweenPixelsGivesTheMeanOverTheArea) {
    const auto ramp = testing::paint_picture(64, 8, [](int x, int) { return std::array{3 * x, 2 * x, 0}; });
    RgbImage out(20, 8);
    average_window(ramp, {1.25, 0, 30, 8}, out);
    for (int x = 0; x < 20; ++x) EXPECT_NEAR(out.at(x, 3)[0], 3 * (1.25 + 1.5 * (x + 0.5) - 0.5), 1.01) << x;
}

}  // namespace
}  // namespace slidetype
