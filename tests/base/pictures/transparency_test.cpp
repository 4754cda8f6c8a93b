// What read_image() makes of every way in which a picture can be transparent: one table of inputs. Each shows the same:
// left nothing, in the middle half of a colour, right the colour; below the left part black is stored, as programs do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/pictures/image_file.h"
#include "tests/base/pictures/made_pictures.h"
#include "tests/support.h"

#ifdef SLIDETYPE_HAVE_OPENCV
#include <opencv2/imgcodecs.hpp>

namespace slidetype {
namespace transparency {  // other tests of pictures paint by the same names
namespace {

using ::slidetype::testing::bmp;
using ::slidetype::testing::bytes;
using ::slidetype::testing::png;
using ::slidetype::testing::tiff;
using ::testing::HasSubstr;
using Pixel = std::array<int, 3>;

constexpr Pixel kWhite = {255, 255, 255}, kColour = {200, 100, 50}, kHalf = {227, 177, 152}, kGrey = {120, 120, 120},
                kHalfGrey = {187, 187, 187}, kBlack = {0, 0, 0};

/// Left, middle or right of the three parts of 64 pixels.
std::size_t part(int x) {
    return x < 32 ? 0 : x < 48 ? 1 : 2;
}

std::vector<int> rgba(int x, int) {
    return std::vector<std::vector<int>>{{0, 0, 0, 0}, {200, 100, 50, 128}, {200, 100, 50, 255}}[part(x)];
}
std::vector<int> associated(int x, int) {
    return std::vector<std::vector<int>>{{0, 0, 0, 0}, {100, 50, 25, 128}, {200, 100, 50, 255}}[part(x)];
}
std::vector<int> grey_alpha(int x, int) {
    return std::vector<std::vector<int>>{{0, 0}, {120, 128}, {120, 255}}[part(x)];
}
std::vector<int> associated_grey_alpha(int x, int) {
    return std::vector<std::vector<int>>{{0, 0}, {60, 128}, {120, 255}}[part(x)];
}
std::vector<int> rgb(int x, int y) {
    auto pixel = rgba(x, y);
    pixel.pop_back();
    return pixel;
}
std::vector<int> bgra(int x, int y) {
    const auto pixel = rgba(x, y);
    return {pixel[2], pixel[1], pixel[0], pixel[3]};
}
std::vector<int> with_zero(int x, int y) {
    auto pixel = rgba(x, y);
    pixel[3] = 0;
    return pixel;
}
std::vector<int> bgra_with_zero(int x, int y) {
    auto pixel = bgra(x, y);
    pixel[3] = 0;
    return pixel;
}

struct Case {
    std::string name;  ///< with the ending of the file
    std::string file;
    Pixel left, middle, right;
};

std::vector<Case> png_cases() {
    std::vector<Case> cases;
    for (const int bits : {8, 16}) {
        const auto name = std::to_string(bits) + ".png";
        const auto look = [&](int colour_type) { return testing::PngLook{.colour_type = colour_type, .bits = bits}; };
        cases.push_back({"rgba" + name, png(look(6), rgba), kWhite, kHalf, kColour});
        cases.push_back({"grey_alpha" + name, png(look(4), grey_alpha), kWhite, kHalfGrey, kGrey});
        cases.push_back({"opaque_rgb" + name, png(look(2), rgb), kBlack, kColour, kColour});
        auto keyed = look(2);
        keyed.chunks = {{"tRNS", bytes({0, 0, 0, 0, 0, 0})}};
        cases.push_back({"rgb_key" + name, png(keyed, rgb), kWhite, kColour, kColour});
        auto grey = look(0);
        const auto greys = [](int x, int) { return std::vector<int>{x < 32 ? 7 : 120}; };
        cases.push_back({"opaque_grey" + name, png(grey, greys), {7, 7, 7}, kGrey, kGrey});
        grey.chunks = {{"tRNS", bits == 8 ? bytes({0, 7}) : bytes({7, 7})}};
        cases.push_back({"grey_key" + name, png(grey, greys), kWhite, kGrey, kGrey});
    }
    testing::PngLook palette{.colour_type = 3};
    palette.chunks = {{"PLTE", bytes({0, 0, 0, 200, 100, 50, 200, 100, 50})}, {"tRNS", bytes({0, 128})}};
    const auto parts = [](int x, int) { return std::vector<int>{static_cast<int>(part(x))}; };
    cases.push_back({"palette.png", png(palette, parts), kWhite, kHalf, kColour});
    palette.chunks.pop_back();
    cases.push_back({"opaque_palette.png", png(palette, parts), kBlack, kColour, kColour});
    return cases;
}

std::vector<Case> tiff_cases() {
    std::vector<Case> cases;
    for (const int bits : {8, 16}) {
        for (const bool planar : {false, true}) {
            for (const int tile : {0, 32}) {
                const auto name =
                    std::to_string(bits) + (planar ? "_planes" : "") + "_" + std::to_string(tile) + ".tif";
                const auto look = [&](int photometric, int samples, std::vector<int> extra) {
                    return testing::TiffLook{.photometric = photometric,
                                             .bits = bits,
                                             .samples = samples,
                                             .extra = std::move(extra),
                                             .planar = planar,
                                             .tile = tile};
                };
                cases.push_back({"rgba" + name, tiff(look(2, 4, {2}), rgba), kWhite, kHalf, kColour});
                cases.push_back({"associated" + name, tiff(look(2, 4, {1}), associated), kWhite, kHalf, kColour});
                cases.push_back({"untold" + name, tiff(look(2, 4, {}), rgba), kWhite, kHalf, kColour});
                cases.push_back({"unspecified" + name, tiff(look(2, 4, {0}), rgba), kWhite, kHalf, kColour});
                cases.push_back({"padding" + name, tiff(look(2, 4, {}), with_zero), kBlack, kColour, kColour});
                cases.push_back({"grey_alpha" + name, tiff(look(1, 2, {2}), grey_alpha), kWhite, kHalfGrey, kGrey});
                cases.push_back(
                    {"associated_grey" + name, tiff(look(1, 2, {1}), associated_grey_alpha), kWhite, kHalfGrey, kGrey});
                cases.push_back({"opaque_rgb" + name, tiff(look(2, 3, {}), rgb), kBlack, kColour, kColour});
            }
        }
    }
    // Four samples that are no RGBA.
    const auto cmyk = [](int x, int) {
        return x < 32 ? std::vector<int>{255, 255, 255, 0} : std::vector<int>{55, 155, 205, 0};
    };
    cases.push_back({"cmyk.tif", tiff({.photometric = 5}, cmyk), kBlack, kColour, kColour});
    return cases;
}

std::vector<Case> all_cases() {
    auto cases = png_cases();
    for (auto& each : tiff_cases()) cases.push_back(std::move(each));
    cases.push_back({"alpha.bmp", bmp(true, bgra), kWhite, kHalf, kColour});
    cases.push_back({"padding.bmp", bmp(true, bgra_with_zero), kBlack, kColour, kColour});
    cases.push_back({"reserved.bmp", bmp(false, bgra), kBlack, kColour, kColour});
    return cases;
}

class Transparency : public ::testing::Test {
  protected:
    RgbImage read(const std::string& name, const std::string& content) const {
        write_file(folder / name, content);
        return read_image(folder / name);
    }
    static Pixel at(const RgbImage& image, int x, int y = 20) {
        return {image.at(x, y)[0], image.at(x, y)[1], image.at(x, y)[2]};
    }
    std::string why_not(const std::string& name, const std::string& content) const {
        try {
            read(name, content);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::bad_data);
            return error.what();
        }
        return "was read";
    }
    testing::TemporaryFolder folder;
};

MATCHER_P(IsNearly, colour, "") {
    for (std::size_t c = 0; c < 3; ++c) {
        if (std::abs(arg[c] - colour[c]) > 1) return false;
    }
    return true;
}

TEST_F(Transparency, IsWhiteInEveryKindOfFileAndOpaqueOnesStayAsTheyAre) {
    for (const auto& each : all_cases()) {
        SCOPED_TRACE(each.name);
        const auto image = read(each.name, each.file);
        ASSERT_EQ(image.width, 64);
        ASSERT_EQ(image.height, 48);
        for (const int y : {0, 20, 47}) {
            EXPECT_EQ(at(image, 3, y), each.left);
            EXPECT_THAT(at(image, 40, y), IsNearly(each.middle));
            EXPECT_EQ(at(image, 63, y), each.right);
        }
    }
}

TEST_F(Transparency, PicturesAreTurnedAsTheySay) {
    // Orientation 6: the first row of the file is the right edge. So the left part of the file comes to lie above.
    const auto exif = "II*" + bytes({0, 8, 0, 0, 0, 1, 0, 18, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0});
    testing::PngLook look;
    look.chunks = {{"eXIf", exif}};
    const auto marked = [](int x, int y) { return y < 8 ? std::vector<int>{9, 9, 9, 255} : rgba(x, y); };
    for (const auto& [name, file] :
         {std::pair{"turned.png", png(look, marked)}, {"turned.tif", tiff({.extra = {2}, .orientation = 6}, marked)}}) {
        SCOPED_TRACE(name);
        const auto image = read(name, file);
        ASSERT_EQ(image.width, 48);
        ASSERT_EQ(image.height, 64);
        EXPECT_EQ(at(image, 5, 5), kWhite);
        EXPECT_EQ(at(image, 5, 60), kColour);
        EXPECT_EQ(at(image, 45, 5), (Pixel{9, 9, 9}));
    }
}

TEST_F(Transparency, AllOrientationsAgreeWithThoseOfOpaquePictures) {
    const auto opaque = [](int x, int y) { return std::vector<int>{x, 2 * y, 200, 255}; };
    const auto plain = [&](int x, int y) { return std::vector<int>{x, 2 * y, 200}; };
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const auto seen = read("a.tif", tiff({.extra = {2}, .orientation = orientation}, opaque));
        const auto expected = read("b.tif", tiff({.samples = 3, .orientation = orientation}, plain));
        EXPECT_EQ(seen.width, expected.width) << orientation;
        EXPECT_EQ(seen.pixels, expected.pixels) << orientation;
    }
}

TEST_F(Transparency, PicturesOfWhichHardlyAnythingCanBeSeenAreRefusedByName) {
    const auto nothing = [](int, int) { return std::vector<int>{200, 100, 50, 0}; };
    const auto corner = [](int x, int y) { return std::vector<int>{200, 100, 50, x < 10 && y < 10 ? 255 : 0}; };
    EXPECT_THAT(why_not("all.png", png({}, nothing)), ::testing::AllOf(HasSubstr("all.png"), HasSubstr("transparent")));
    EXPECT_THAT(why_not("corner.png", png({}, corner)), HasSubstr("transparent"));
    EXPECT_THAT(why_not("all.tif", tiff({.extra = {2}}, nothing)), HasSubstr("transparent"));
    EXPECT_FALSE(read("tenth.png", png({},
                                       [](int x, int) {
                                           return std::vector<int>{0, 0, 0, x < 7 ? 255 : 0};
                                       }))
                     .empty());
}

TEST_F(Transparency, WhatIsTransparentInAWayThatIsNotReadIsRefusedRatherThanTakenForOpaque) {
    const auto two = [](int x, int y) {
        auto pixel = rgba(x, y);
        pixel.push_back(3);
        return pixel;
    };
    EXPECT_THAT(why_not("two.tif", tiff({.samples = 5, .extra = {2, 0}}, two)), HasSubstr("not read here"));
    EXPECT_THAT(why_not("deep.tif", tiff({.bits = 32, .extra = {2}}, rgba)), HasSubstr("not read here"));
}

TEST_F(Transparency, IsWhiteInWebP) {
    cv::Mat picture(48, 64, CV_8UC4);
    for (int y = 0; y < 48; ++y) {
        for (int x = 0; x < 64; ++x) {
            const auto pixel = bgra(x, y);
            for (int c = 0; c < 4; ++c) {
                picture.at<cv::Vec4b>(y, x)[c] = static_cast<std::uint8_t>(pixel[static_cast<std::size_t>(c)]);
            }
        }
    }
    std::vector<std::uint8_t> file;
    constexpr int kLossless = 101;
    if (!cv::imencode(".webp", picture, file, {cv::IMWRITE_WEBP_QUALITY, kLossless})) GTEST_SKIP() << "no WebP here";
    const auto image = read("named_otherwise.png", {file.begin(), file.end()});
    EXPECT_EQ(at(image, 3), kWhite);
    EXPECT_THAT(at(image, 40), IsNearly(kHalf));
    EXPECT_EQ(at(image, 63), kColour);
}

TEST_F(Transparency, InksOfWhichNothingIsSaidAreRefused) {
    const auto frame = bytes({0xFF, 0xC0, 0, 20, 8, 0, 16, 0, 16, 4, 1, 17, 0, 2, 17, 0, 3, 17, 0, 4, 17, 0});
    const auto scan = bytes({0xFF, 0xDA, 0, 2, 0, 0xFF, 0xD9});
    const auto begin = bytes({0xFF, 0xD8}),
               adobe = bytes({0xFF, 0xEE, 0, 14}) + "Adobe" + bytes({0, 100, 0, 0, 0, 0, 0});
    EXPECT_THAT(why_not("untold.jpg", begin + frame + scan), HasSubstr("CMYK"));
    EXPECT_THAT(why_not("told.jpg", begin + adobe + frame + scan), ::testing::Not(HasSubstr("CMYK")));
}

TEST_F(Transparency, CutFilesAreRefused) {
    for (const auto& each : all_cases()) {
        if (each.name.starts_with("opaque")) continue;
        EXPECT_NE(why_not(each.name, each.file.substr(0, each.file.size() / 2)), "was read") << each.name;
    }
}

}  // namespace
}  // namespace transparency
}  // namespace slidetype
#endif
