#include "tiler/resampling/resample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

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

TEST(Resample, AveragesAsOpenCvDoes) {
    for (const auto [width, height, to_width, to_height] : {std::array{256, 256, 112, 112},
                                                            {130, 97, 112, 31},
                                                            {64, 64, 32, 16},
                                                            {51, 40, 50, 7},
                                                            {3, 5, 2, 3},
                                                            {9, 2, 1, 1}}) {
        auto picture = noise_picture(width, height);
        const cv::Mat from(height, width, CV_8UC3, picture.pixels.data());
        cv::Mat expected;
        cv::resize(from, expected, {to_width, to_height}, 0, 0, cv::INTER_AREA);
        const auto seen = resampled(picture, to_width, to_height);
        for (std::size_t i = 0; i < seen.pixels.size(); ++i) {
            ASSERT_NEAR(seen.pixels[i], expected.data[i], 1) << width << " to " << to_width << ", sample " << i;
        }
    }
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
