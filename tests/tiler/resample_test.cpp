#include "tiler/resample.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/tiler/tiff_slide.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

RgbImage window(RgbImage image, const Window& part, int width, int height) {
    RgbImage out(width, height);
    const cv::Mat from(image.height, image.width, CV_8UC3, image.pixels.data());
    cv::Mat to(height, width, CV_8UC3, out.pixels.data());
    resample_window(from, part, to);
    return out;
}

TEST(ResampleWindow, OnPixelsItAveragesOrCopiesAsResampleDoes) {
    auto picture = noise_picture(60, 50);
    EXPECT_EQ(window(picture, {0, 0, 60, 50}, 20, 25).pixels, resampled(picture, 20, 25).pixels);
    EXPECT_EQ(window(picture, {0, 0, 60, 50}, 60, 50).pixels, picture.pixels);
}

TEST(ResampleWindow, BetweenPixelsGivesTheMeanOverTheArea) {
    // A ramp along x: the mean of [a, b] is its value at the middle.
    const auto ramp = paint_picture(64, 8, [](int x, int y) { return std::array<int, 3>{3 * x, 2 * x, 10 + y}; });
    const auto out = window(ramp, {1.25, 0, 30, 8}, 20, 8);
    for (int x = 0; x < 20; ++x) {
        const double middle = 1.25 + 1.5 * (x + 0.5) - 0.5;
        EXPECT_NEAR(out.at(x, 3)[0], 3 * middle, 1.01) << x;
        EXPECT_NEAR(out.at(x, 3)[1], 2 * middle, 0.9) << x;
        EXPECT_EQ(out.at(x, 3)[2], 13);
    }
}

TEST(ResampleWindow, AnAreaOfHardlyMoreThanAPixelIsInterpolatedWithoutBlur) {
    const auto ramp = paint_picture(64, 40, [](int x, int y) { return std::array<int, 3>{3 * x, 5 * y, 77}; });
    const auto out = window(ramp, {4.5, 2.25, 41, 31}, 40, 30);
    for (int i = 2; i < 28; ++i) {
        EXPECT_NEAR(out.at(i, 5)[0], 3 * (4.5 + 1.025 * (i + 0.5) - 0.5), 0.7) << i;
        EXPECT_NEAR(out.at(7, i)[1], 5 * (2.25 + 31.0 / 30 * (i + 0.5) - 0.5), 0.7) << i;
        EXPECT_EQ(out.at(i, 9)[2], 77);
    }
    // Stripes two pixels wide, seen half a pixel off: averaging would leave half their contrast.
    const auto stripes = paint_picture(64, 8, [](int x, int) { return std::array<int, 3>{x / 2 % 2 * 200, 0, 0}; });
    const auto seen = window(stripes, {10.5, 0, 40, 8}, 40, 8);
    int least = 255, most = 0;
    for (int x = 5; x < 35; ++x)
        least = std::min<int>(least, seen.at(x, 3)[0]), most = std::max<int>(most, seen.at(x, 3)[0]);
    EXPECT_GE(most - least, 200);
}

TEST(ResampleWindow, KeepsAnEvenColourAndTheEdges) {
    const RgbImage even(33, 17, 201);
    for (const auto& part : {Window{0.5, 0.25, 32, 16}, Window{0.125, 0.875, 32.5, 15.75}, Window{3.5, 3.5, 9.5, 9.5}})
        for (const auto value : window(even, part, 10, 9).pixels) ASSERT_EQ(value, 201);
}

TEST(ResampleWindow, DoesNotDependOnThePictureAround) {
    const auto picture = noise_picture(80, 80);
    auto inner = RgbImage(40, 40);
    for (int y = 0; y < 40; ++y) std::copy_n(picture.at(11, 7 + y), 120, inner.at(0, y));
    EXPECT_EQ(window(picture, {11.5, 7.25, 30, 30}, 29, 29).pixels, window(inner, {0.5, 0.25, 30, 30}, 29, 29).pixels);
}

}  // namespace
}  // namespace slidetype
