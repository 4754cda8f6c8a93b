// Pictures of every kind, read by rows: the bytes must be those of read_image(), however the rows are asked for.
#include "base/pictures/picture_rows.h"

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
namespace picture_rows {  // other tests of pictures paint by the same names
namespace {

using ::slidetype::testing::bmp;
using ::slidetype::testing::bytes;
using ::slidetype::testing::jpeg;
using ::slidetype::testing::png;
using ::slidetype::testing::ramp_grey;
using ::slidetype::testing::ramp_grey_alpha;
using ::slidetype::testing::ramp_inks;
using ::slidetype::testing::ramp_rgb;
using ::slidetype::testing::ramp_rgba;
using ::slidetype::testing::tiff;
using ::slidetype::testing::webp_with_exif;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::uint64_t kAnyMemory = std::uint64_t{1} << 40;

struct PictureFile {
    std::string name, file;
    bool by_rows = true;  ///< must be read so
};

void add_pngs(std::vector<PictureFile>& cases) {
    const auto look = [](int type, int bits) { return testing::PngLook{.colour_type = type, .bits = bits}; };
    for (const int bits : {8, 16}) {
        const auto name = std::to_string(bits) + ".png";
        cases.push_back({"rgb" + name, png(look(2, bits), ramp_rgb)});
        cases.push_back({"rgba" + name, png(look(6, bits), ramp_rgba)});
        cases.push_back({"grey" + name, png(look(0, bits), ramp_grey)});
        cases.push_back({"grey_alpha" + name, png(look(4, bits), ramp_grey_alpha)});
        auto keyed = look(2, bits);
        keyed.chunks = {{"tRNS", bits == 8 ? bytes({0, 10, 0, 10, 0, 100}) : bytes({10, 10, 10, 10, 100, 100})}};
        cases.push_back({"rgb_key" + name, png(keyed, ramp_rgb)});
        keyed = look(0, bits);
        keyed.chunks = {{"tRNS", bits == 8 ? bytes({0, 30}) : bytes({30, 30})}};
        cases.push_back({"grey_key" + name, png(keyed, ramp_grey)});
    }
    for (const int bits : {1, 2, 4, 8}) {
        const auto name = std::to_string(bits) + ".png";
        const auto few = [bits](int x, int y) { return std::vector<int>{(x + y) % (1 << bits)}; };
        cases.push_back({"few_greys" + name, png(look(0, bits), few)});
        auto key = look(0, bits);
        key.chunks = {{"tRNS", bytes({0, 1})}};
        cases.push_back({"few_greys_key" + name, png(key, few)});
        auto palette = look(3, bits);
        std::vector<int> colours;
        for (int i = 0; i < 1 << bits; ++i) colours.insert(colours.end(), {255 - i, i * 7 % 256, i});
        palette.chunks = {{"PLTE", bytes(colours)}};
        cases.push_back({"palette" + name, png(palette, few)});
        palette.chunks.emplace_back("tRNS", bytes({0, 128}));
        cases.push_back({"clear_palette" + name, png(palette, few)});
    }
    auto interlaced = look(2, 8);
    interlaced.interlaced = true;
    cases.push_back({"interlaced.png", png(interlaced, ramp_rgb), false});
    auto tiny = look(2, 8);
    tiny.width = tiny.height = 1;
    cases.push_back({"tiny.png", png(tiny, ramp_rgb)});
}

void add_tiffs(std::vector<PictureFile>& cases) {
    for (const int tile : {0, 32}) {
        for (const bool planar : {false, true}) {
            const auto name = (planar ? "_planes_" : "_") + std::to_string(tile) + ".tif";
            const auto look = [&](int photometric, int samples, int bits) {
                return testing::TiffLook{
                    .photometric = photometric, .bits = bits, .samples = samples, .planar = planar, .tile = tile};
            };
            cases.push_back({"rgb" + name, tiff(look(2, 3, 8), ramp_rgb)});
            cases.push_back({"rgb16" + name, tiff(look(2, 3, 16), ramp_rgb)});
            cases.push_back({"rgba" + name, tiff(look(2, 4, 8), ramp_rgba), false});
            if (!planar) {
                cases.push_back({"grey" + name, tiff(look(1, 1, 8), ramp_grey)});
                cases.push_back({"white_is_0" + name, tiff(look(0, 1, 8), ramp_grey)});
                cases.push_back({"palette" + name, tiff(look(3, 1, 8), ramp_grey)});
                cases.push_back({"inks" + name, tiff(look(5, 4, 8), ramp_inks)});
            }
        }
    }
    for (int orientation = 2; orientation <= 8; ++orientation) {
        cases.push_back({"turned" + std::to_string(orientation) + ".tif",
                         tiff({.samples = 3, .orientation = orientation}, ramp_rgb), false});
    }
}

void add_jpegs(std::vector<PictureFile>& cases) {
    for (const bool progressive : {false, true}) {
        const std::string name = progressive ? "_progressive.jpg" : ".jpg";
        cases.push_back({"rgb" + name, jpeg({.progressive = progressive}, ramp_rgb)});
        cases.push_back({"grey" + name, jpeg({.samples = 1, .progressive = progressive}, ramp_grey)});
        cases.push_back({"inks" + name, jpeg({.samples = 4, .progressive = progressive}, ramp_inks)});
    }
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const auto exif = testing::exif(orientation);
        const auto name = "turned" + std::to_string(orientation);
        cases.push_back({name + ".jpg", jpeg({.exif = exif}, ramp_rgb), orientation <= 2});
        cases.push_back({name + "_inks.jpg", jpeg({.samples = 4, .exif = exif}, ramp_inks), orientation <= 2});
        for (const bool alpha : {false, true}) {
            testing::PngLook look{.colour_type = alpha ? 6 : 2};
            look.chunks = {{"eXIf", exif}};
            cases.push_back(
                {name + (alpha ? "_alpha.png" : ".png"), png(look, alpha ? ramp_rgba : ramp_rgb), orientation <= 2});
        }
    }
}

void add_others(std::vector<PictureFile>& cases) {
    const auto bgr = [](int x, int y) {
        const auto pixel = ramp_rgb(x, y);
        return std::vector<int>{pixel[2], pixel[1], pixel[0]};
    };
    for (const bool from_top : {false, true}) {
        const std::string name = from_top ? "_from_top.bmp" : ".bmp";
        cases.push_back({"rgb" + name, bmp({.from_top = from_top}, bgr)});
        cases.push_back({"odd" + name, bmp({.width = 63, .from_top = from_top}, bgr)});
        cases.push_back({"palette" + name, bmp({.palette = true, .from_top = from_top}, ramp_grey)});
    }
    cases.push_back({"alpha.bmp", testing::bmp(true, ramp_rgba), false});
    cases.push_back({"reserved.bmp", testing::bmp(false, ramp_rgba), false});
}

std::vector<PictureFile> all_files() {
    std::vector<PictureFile> cases;
    add_pngs(cases);
    add_tiffs(cases);
    add_jpegs(cases);
    add_others(cases);
    return cases;
}

/// Nothing where OpenCV has no WebP here.
std::optional<std::string> lossless_webp(bool alpha) {
    cv::Mat picture(48, 64, alpha ? CV_8UC4 : CV_8UC3);
    for (int y = 0; y < picture.rows; ++y) {
        for (int x = 0; x < picture.cols; ++x) {
            const auto pixel = ramp_rgba(x, y);
            auto* to = picture.ptr(y, x);
            for (int c = 0; c < 3; ++c) to[c] = static_cast<std::uint8_t>(pixel[static_cast<std::size_t>(2 - c)]);
            if (alpha) to[3] = static_cast<std::uint8_t>(pixel[3]);
        }
    }
    std::vector<std::uint8_t> file;
    constexpr int kLossless = 101;
    if (!cv::imencode(".webp", picture, file, {cv::IMWRITE_WEBP_QUALITY, kLossless})) return std::nullopt;
    return std::string(file.begin(), file.end());
}

class PictureRowsTest : public ::testing::Test {
  protected:
    PictureRows rows_of(const std::string& name, const std::string& content,
                        std::uint64_t most_bytes = kAnyMemory) const {
        write_file(folder / name, content);
        const auto facts = look_at_picture(folder / name);
        if (!facts) throw Error(ErrorCode::bad_data, name, "is no picture");
        return {folder / name, *facts, most_bytes};
    }
    static RgbImage read_in_steps(PictureRows& rows, std::int64_t step) {
        RgbImage image(static_cast<int>(rows.facts().width), static_cast<int>(rows.facts().height), 7);
        for (std::int64_t y = 0; y < image.height; y += step)
            rows.read(y, std::min<std::int64_t>(step, image.height - y), image.at(0, static_cast<int>(y)));
        return image;
    }
    static RgbImage read_upwards(PictureRows& rows) {
        RgbImage image(static_cast<int>(rows.facts().width), static_cast<int>(rows.facts().height), 7);
        for (int y = image.height; y-- > 0;) rows.read(y, 1, image.at(0, y));
        return image;
    }
    std::string why_not(const std::string& name, const std::string& content,
                        std::uint64_t most_bytes = kAnyMemory) const {
        try {
            auto rows = rows_of(name, content, most_bytes);
            rows.read_all();
        } catch (const Error& error) {
            return error.what();
        }
        return "was read";
    }
    testing::TemporaryFolder folder;
};

TEST_F(PictureRowsTest, AreTheBytesOfTheWholePictureInEveryKindOfFile) {
    for (const auto& each : all_files()) {
        SCOPED_TRACE(each.name);
        auto rows = rows_of(each.name, each.file);
        const auto expected = read_image(folder / each.name);
        EXPECT_EQ(rows.facts().width, expected.width);
        EXPECT_EQ(rows.facts().height, expected.height);
        ASSERT_EQ(rows.facts().pixels(), std::int64_t{expected.width} * expected.height);
        EXPECT_EQ(rows.why_whole().empty(), each.by_rows) << rows.why_whole();
        EXPECT_EQ(read_in_steps(rows, 7).pixels, expected.pixels);
        EXPECT_EQ(read_in_steps(rows, 1000).pixels, expected.pixels);
        EXPECT_EQ(read_upwards(rows).pixels, expected.pixels);
        EXPECT_EQ(rows.read_all().pixels, expected.pixels);
    }
}

TEST_F(PictureRowsTest, WebPIsReadAsAWholeAndTurnedAsItSays) {
    for (const bool alpha : {false, true}) {
        const auto plain = lossless_webp(alpha);
        if (!plain) GTEST_SKIP() << "no WebP here";
        for (int orientation = 1; orientation <= 8; ++orientation) {
            SCOPED_TRACE(orientation);
            const auto exif = testing::exif(orientation);
            auto rows = rows_of("a.webp", webp_with_exif(*plain, 64, 48, alpha, exif));
            testing::PngLook look{.colour_type = alpha ? 6 : 2};
            look.chunks = {{"eXIf", exif}};
            write_file(folder / "b.png", png(look, alpha ? ramp_rgba : ramp_rgb));
            const auto expected = read_image(folder / "b.png");
            EXPECT_EQ(rows.facts().width, expected.width);
            EXPECT_THAT(rows.why_whole(), HasSubstr(orientation > 2 ? "turned" : "WebP"));
            EXPECT_EQ(read_image(folder / "a.webp").pixels, expected.pixels);
            EXPECT_EQ(rows.read_all().pixels, expected.pixels);
        }
    }
}

TEST_F(PictureRowsTest, WhatMustBeReadAsAWholeIsRefusedBeyondTheBoundWithTheReason) {
    testing::PngLook interlaced{.colour_type = 2};
    interlaced.interlaced = true;
    const std::uint64_t little = 64 * 48;
    EXPECT_THAT(why_not("i.png", png(interlaced, ramp_rgb), little), AllOf(HasSubstr("interlaced"), HasSubstr("MB")));
    EXPECT_THAT(why_not("t.jpg", jpeg({.exif = testing::exif(6)}, ramp_rgb), little),
                AllOf(HasSubstr("turned"), HasSubstr("MB")));
    EXPECT_THAT(why_not("p.jpg", jpeg({.progressive = true}, ramp_rgb), little), HasSubstr("needs about"));
    EXPECT_EQ(why_not("i.png", png(interlaced, ramp_rgb), 1 << 20), "was read");
    EXPECT_EQ(why_not("rgb.jpg", jpeg({}, ramp_rgb), 0), "was read");
}

TEST_F(PictureRowsTest, DamageIsSaidOfTheFile) {
    for (const auto& each : all_files()) {
        SCOPED_TRACE(each.name);
        EXPECT_THAT(why_not(each.name, each.file.substr(0, each.file.size() / 2)),
                    AllOf(HasSubstr(each.name), ::testing::Not(HasSubstr("was read"))));
    }
}

TEST_F(PictureRowsTest, WhatIsTransparentThroughoutIsRefused) {
    const auto nothing = [](int, int) { return std::vector<int>{200, 100, 50, 3}; };
    EXPECT_THAT(why_not("a.png", png({}, nothing)), HasSubstr("less than 5 %"));
}

TEST_F(PictureRowsTest, InksOfWhichNothingIsSaidAreRefused) {
    auto file = jpeg({.samples = 4}, ramp_inks);
    file.replace(file.find("Adobe"), 5, "Adobo");
    EXPECT_THAT(why_not("untold.jpg", file), HasSubstr("CMYK"));
}

}  // namespace
}  // namespace picture_rows
}  // namespace slidetype
#endif
