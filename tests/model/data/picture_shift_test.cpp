#include "model/data/picture_shift.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/model/tile_pictures.h"

namespace slidetype {
namespace {

RgbImage uniform(std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    RgbImage picture(8, 8);
    for (std::size_t i = 0; i < picture.pixels.size(); i += 3) {
        picture.pixels[i] = r, picture.pixels[i + 1] = g, picture.pixels[i + 2] = b;
    }
    return picture;
}

const PictureShift& shift(std::string_view name) {
    for (const auto& each : picture_shifts()) {
        if (each.name == name) return each;
    }
    throw std::runtime_error("no such shift");
}

TEST(PictureShifts, HaveDifferentNamesAndKeepTheSize) {
    if (picture_shifts().empty()) GTEST_SKIP() << "built without OpenCV";
    std::set<std::string_view> names;
    const auto picture = testing::striped_picture(40, 0, 1);
    for (const auto& each : picture_shifts()) {
        names.insert(each.name);
        const auto out = each.apply(picture);
        EXPECT_EQ(out.width, 40);
        EXPECT_EQ(out.pixels.size(), picture.pixels.size());
        EXPECT_NE(out.pixels, picture.pixels) << each.name;
        EXPECT_EQ(out.pixels, each.apply(picture).pixels) << each.name;
    }
    EXPECT_EQ(names.size(), 12U);
}

TEST(PictureShifts, ScaleChannelsAsTheyDescribe) {
    if (picture_shifts().empty()) GTEST_SKIP() << "built without OpenCV";
    const auto warm = shift("white_balance_warm").apply(uniform(100, 100, 100));
    EXPECT_EQ(warm.pixels[0], 110);
    EXPECT_EQ(warm.pixels[1], 100);
    EXPECT_EQ(warm.pixels[2], 85);
    EXPECT_EQ(shift("brighter").apply(uniform(250, 100, 0)).pixels[0], 255);
}

TEST(PictureShifts, StainChangesScaleThatStainsDensityOnly) {
    if (picture_shifts().empty()) GTEST_SKIP() << "built without OpenCV";
    const auto density = [](std::uint8_t value) { return -std::log((value + 1.0) / 256); };
    // A pure hematoxylin colour: its own vector at half density.
    const double length = std::sqrt(0.65 * 0.65 + 0.70 * 0.70 + 0.29 * 0.29);
    const auto level = [&](double part) {
        return static_cast<std::uint8_t>(std::lround(256 * std::exp(-part / length) - 1));
    };
    const auto picture = uniform(level(0.65), level(0.70), level(0.29));
    const auto more = shift("hematoxylin_more").apply(picture);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(density(more.pixels[c]), 1.25 * density(picture.pixels[c]), 0.02);
    const auto eosin = shift("eosin_more").apply(picture);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(eosin.pixels[c], picture.pixels[c], 1);
}

}  // namespace
}  // namespace slidetype
