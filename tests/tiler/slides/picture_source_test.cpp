// Photographs as slides: every kind of picture file through Slide.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "tests/base/pictures/made_pictures.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/tiff_slide.h"
#include "tiler/slides/slide.h"

namespace slidetype {
namespace {

using ::slidetype::testing::bmp;
using ::slidetype::testing::bytes;
using ::slidetype::testing::exif;
using ::slidetype::testing::jpeg;
using ::slidetype::testing::png;
using ::slidetype::testing::ramp_grey;
using ::slidetype::testing::ramp_inks;
using ::slidetype::testing::ramp_rgb;
using ::slidetype::testing::ramp_rgba;
using ::slidetype::testing::tiff;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

testing::PngLook rgb_png() {
    return {.colour_type = 2};
}

template <typename Action>
void expect_error(Action action, ErrorCode code, const std::string& words) {
    const auto error = testing::error_of(action);
    EXPECT_EQ(error.code(), code);
    EXPECT_THAT(error.what(), HasSubstr(words));
}

class PictureSourceTest : public ::testing::Test {
  protected:
    Slide open(const std::string& name, const std::string& content,
               std::optional<std::uint64_t> memory_bytes = std::nullopt) const {
        write_file(folder / name, content);
        return Slide(folder / name, PixelPath::fastest, memory_bytes);
    }
    void expect_refused(const std::string& name, const std::string& content, ErrorCode code,
                        const std::string& words) const {
        SCOPED_TRACE(name);
        expect_error([&] { (void)open(name, content); }, code, words);
    }
    testing::TemporaryFolder folder;
};

TEST_F(PictureSourceTest, APictureOfEveryKindIsASlideOfOneLevelWithThePixelsThatItsDecoderGives) {
    auto interlaced = rgb_png();
    interlaced.interlaced = true;
    const std::vector<std::pair<std::string, std::string>> files = {{"a.jpg", jpeg({}, ramp_rgb)},
                                                                    {"b.jpg", jpeg({.progressive = true}, ramp_rgb)},
                                                                    {"c.jpg", jpeg({.exif = exif(6)}, ramp_rgb)},
                                                                    {"d.png", png(rgb_png(), ramp_rgb)},
                                                                    {"e.png", png(interlaced, ramp_rgb)},
                                                                    {"f.bmp", bmp(testing::BmpLook{}, ramp_rgb)},
                                                                    {"g.tif", tiff({.samples = 3}, ramp_rgb)},
                                                                    {"h.tif", tiff({.extra = {2}}, ramp_rgba)}};
    for (const auto& [name, content] : files) {
        SCOPED_TRACE(name);
        const auto slide = open(name, content);
        const auto expected = read_image(folder / name);
        EXPECT_EQ(slide.vendor(), "picture");
        ASSERT_EQ(slide.levels().size(), 1U);
        ASSERT_EQ(slide.width(), expected.width);
        ASSERT_EQ(slide.height(), expected.height);
        EXPECT_EQ(slide.read(0, {0, 0, slide.width(), slide.height()}).pixels, expected.pixels);
        const auto part = slide.read(0, {5, 7, 3, 2});
        for (int y = 0; y < 2; ++y) EXPECT_TRUE(std::equal(part.at(0, y), part.at(0, y) + 9, expected.at(5, 7 + y)));
        EXPECT_FALSE(slide.bounds());
        EXPECT_GT(slide.bytes_held(), 0U);
    }
}

TEST_F(PictureSourceTest, BeyondItsEdgesItIsWhite) {
    const auto slide = open("a.png", png(rgb_png(), ramp_rgb));
    const auto read = slide.read(0, {-2, -1, 68, 50});
    EXPECT_EQ(read.at(0, 0)[0], 255);
    EXPECT_EQ(read.at(67, 49)[2], 255);
    EXPECT_EQ(read.at(2 + 9, 1 + 5)[0], 9);
    EXPECT_EQ(read.at(2 + 9, 1 + 5)[1], 5);
}

TEST_F(PictureSourceTest, ShrunkPixelsAreMeansWhateverTheyAreReadWith) {
    const auto slide = open("a.png", png({.width = 400, .height = 300, .colour_type = 2}, ramp_rgb));
    const auto whole = slide.read_shrunk(0, {0, 0, 400, 296}, 4);
    const auto part = slide.read_shrunk(0, {40, 80, 200, 100}, 4);
    for (int y = 0; y < part.height; ++y)
        ASSERT_TRUE(std::equal(part.at(0, y), part.at(0, y) + part.width * 3, whole.at(10, 20 + y)));
    EXPECT_NEAR(whole.at(10, 3)[0], 41.5, 0.51);
}

TEST_F(PictureSourceTest, ThroughAWindowThePixelsAreTheSameForAnyNumberOfThreads) {
    constexpr int width = 40, height = 9000;
    const std::vector<std::pair<std::string, std::string>> files = {
        {"a.jpg", jpeg({.width = width, .height = height}, ramp_rgb)},
        {"m.jpg", jpeg({.width = width, .height = height, .exif = exif(2)}, ramp_rgb)},
        {"b.png", png({.width = width, .height = height, .colour_type = 2}, ramp_rgb)},
        {"c.bmp", bmp({.width = width, .height = height}, ramp_rgb)},
        {"d.tif", tiff({.width = width, .height = height, .samples = 3}, ramp_rgb)}};
    for (const auto& [name, content] : files) {
        SCOPED_TRACE(name);
        const auto kept = open(name, content);
        const std::uint64_t little = name == "d.tif" ? 2'400'000 : 1'000'000;  // the TIFF has two strips
        const Slide windowed(folder / name, PixelPath::fastest, little);
        EXPECT_LT(windowed.bytes_held(), std::min<std::uint64_t>(kept.bytes_held(), little));
        std::mt19937 random(1);
        std::vector<Rect> rects;
        for (int i = 0; i < 25; ++i) {
            const auto x = static_cast<std::int64_t>(random() % 30), y = static_cast<std::int64_t>(random() % 8900);
            rects.push_back({x, y, 10, 1 + static_cast<std::int64_t>(random() % 90)});
        }
        rects.push_back({0, 0, width, height});
        for (const int threads : {1, 4}) {
            std::vector<int> same(rects.size());
            parallel_for(threads, rects.size(), [&](std::size_t i) {
                same[i] = windowed.read(0, rects[i]).pixels == kept.read(0, rects[i]).pixels ? 1 : 0;
            });
            EXPECT_THAT(same, ::testing::Each(1)) << threads;
        }
    }
}

TEST_F(PictureSourceTest, WhatHasNoRoomIsRefusedWithWhatItTakes) {
    auto interlaced = rgb_png();
    interlaced.width = interlaced.height = 600;
    interlaced.interlaced = true;
    write_file(folder / "i.png", png(interlaced, ramp_rgb));
    expect_error([&] { Slide(folder / "i.png", PixelPath::fastest, 1'000'000); }, ErrorCode::memory,
                 "interlaced PNG file, and 1 MB may be used");
    write_file(folder / "turned.jpg", jpeg({.width = 600, .height = 600, .exif = exif(8)}, ramp_rgb));
    expect_error([&] { Slide(folder / "turned.jpg", PixelPath::fastest, 1'000'000); }, ErrorCode::memory, "2 MB");
    write_file(folder / "wide.png", png({.width = 6000, .height = 300, .colour_type = 2}, ramp_rgb));
    expect_error([&] { Slide(folder / "wide.png", PixelPath::fastest, 1'000'000); }, ErrorCode::memory,
                 "needs about 8 MB of memory to be read in parts, and 1 MB may be used");
}

TEST_F(PictureSourceTest, SpacingIsWhatTheFileSaysWhereAMicroscopeCanHaveMadeIt) {
    const auto said = open("a.jpg", jpeg({.pixels_per_inch = 50800}, ramp_rgb)).spacing();
    EXPECT_DOUBLE_EQ(said.x_um_px, 0.5);
    EXPECT_EQ(said.source, SpacingSource::picture_resolution);
    EXPECT_EQ(said.place, "JFIF density");
    auto look = rgb_png();
    look.chunks = {{"pHYs", bytes({0, 0x1E, 0x84, 0x80, 0, 0x0F, 0x42, 0x40, 1})}};
    const auto phys = open("b.png", png(look, ramp_rgb)).spacing();
    EXPECT_DOUBLE_EQ(phys.x_um_px, 0.5);
    EXPECT_DOUBLE_EQ(phys.y_um_px, 1.0);
    const auto turned = open("c.jpg", jpeg({.pixels_per_inch = 72, .exif = exif(6, 20000)}, ramp_rgb)).spacing();
    EXPECT_DOUBLE_EQ(turned.x_um_px, 0.5);
    EXPECT_EQ(turned.place, "EXIF resolution");
    const auto tags = open("d.tif", tiff({.samples = 3, .pixels_per_cm = 40000}, ramp_rgb)).spacing();
    EXPECT_DOUBLE_EQ(tags.x_um_px, 0.25);
    EXPECT_EQ(tags.source, SpacingSource::tiff_resolution);
    const auto imagej =
        open("e.tif", tiff({.samples = 3, .pixels_per_cm = 2, .description = "ImageJ=1.53\nunit=micron\n"}, ramp_rgb))
            .spacing();
    EXPECT_DOUBLE_EQ(imagej.x_um_px, 0.5);
    EXPECT_EQ(imagej.source, SpacingSource::imagej);
    EXPECT_DOUBLE_EQ(open("f.jpg", jpeg({.pixels_per_inch = 72}, ramp_rgb)).spacing(0.7).x_um_px, 0.7);
}

TEST_F(PictureSourceTest, SpacingIsNeverWhatProgramsWriteWithoutMeaningIt) {
    for (const int dpi : {72, 96, 150, 300, 600}) {
        const auto slide = open("a.jpg", jpeg({.pixels_per_inch = dpi}, ramp_rgb));
        expect_error([&] { (void)slide.spacing(); }, ErrorCode::bad_spacing,
                     "JFIF density = " + std::to_string(dpi) + " pixels per inch");
    }
    const auto slide = open("a.png", png(rgb_png(), ramp_rgb));
    expect_error([&] { (void)slide.spacing(); }, ErrorCode::no_spacing, "does not say how large its pixels are");
    try {
        (void)slide.spacing();
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("--spacing: the width of what the picture shows in µm"));
    }
}

TEST_F(PictureSourceTest, WhatIsOddIsTold) {
    const auto notes = [&](const std::string& name, const std::string& content) { return open(name, content).notes(); };
    EXPECT_THAT(notes("plain.jpg", jpeg({.exif = exif(1)}, ramp_rgb)), IsEmpty());
    EXPECT_THAT(notes("turned.jpg", jpeg({.exif = exif(6)}, ramp_rgb)), ElementsAre(HasSubstr("turned upright")));
    EXPECT_THAT(notes("inks.jpg", jpeg({.samples = 4}, ramp_inks)), ElementsAre(HasSubstr("CMYK")));
    EXPECT_THAT(notes("deep.png", png({.colour_type = 2, .bits = 16}, ramp_rgb)), ElementsAre(HasSubstr("16 bits")));
    EXPECT_THAT(notes("deep.tif", tiff({.bits = 16, .samples = 3}, ramp_rgb)), ElementsAre(HasSubstr("16 bits")));
    EXPECT_THAT(notes("clear.png", png({}, ramp_rgba)), ElementsAre(HasSubstr("white glass")));
    testing::PngLook palette{.colour_type = 3};
    palette.chunks = {{"PLTE", bytes({0, 0, 0, 200, 100, 50})}};
    EXPECT_THAT(notes("palette.png", png(palette, [](int x, int) { return std::vector<int>{x % 2}; })),
                ElementsAre(HasSubstr("palette")));
    auto moving = rgb_png();
    moving.chunks = {{"acTL", bytes({0, 0, 0, 5, 0, 0, 0, 0})}};
    EXPECT_THAT(notes("moving.png", png(moving, ramp_rgb)), ElementsAre(HasSubstr("5 frames")));
    EXPECT_THAT(notes("pages.tif", tiff({.samples = 3, .pages = 3}, ramp_rgb)), ElementsAre(HasSubstr("3 pages")));
}

TEST_F(PictureSourceTest, WhatCannotBeReadIsRefusedWithItsReason) {
    const auto whole = png(rgb_png(), ramp_rgb);
    expect_refused("cut.png", whole.substr(0, whole.size() / 2), ErrorCode::corrupt, "PNG file that was cut short");
    expect_refused("head.jpg", jpeg({}, ramp_rgb).substr(0, 60), ErrorCode::corrupt, "cut short or damaged");
    expect_refused("cut.jpg", jpeg({}, ramp_rgb).substr(0, 900), ErrorCode::corrupt, "JPEG file that was cut short");
    expect_refused("empty.jpg", "", ErrorCode::unsupported, "is empty");
    expect_refused("text.jpg", "this is a letter, not a picture", ErrorCode::unsupported, "and no picture");
    expect_refused("new\nline.png", whole.substr(0, 40), ErrorCode::corrupt, "cut short");
    expect_refused("photo.svs", jpeg({}, ramp_rgb), ErrorCode::unsupported,
                   "is named like a slide, but holds a plain picture");
    expect_refused("photo.ndpi", tiff({.samples = 3}, ramp_rgb), ErrorCode::unsupported, "plain picture (TIFF)");
    expect_refused("grey.jpg", jpeg({.samples = 1}, ramp_grey), ErrorCode::unsupported, "grey picture");
    expect_refused("grey.png", png({.colour_type = 0}, ramp_grey), ErrorCode::unsupported, "grey picture");
    expect_refused("grey.tif", tiff({.photometric = 1, .samples = 1}, ramp_grey), ErrorCode::unsupported,
                   "grey picture");
    auto untold = jpeg({.samples = 4}, ramp_inks);
    untold.replace(untold.find("Adobe"), 5, "Adobo");
    expect_refused("untold.jpg", untold, ErrorCode::unsupported, "does not say how its inks are stored");
    const auto frame = "ANMF" + bytes({4, 0, 0, 0, 0, 0, 0, 0});
    expect_refused("moving.webp",
                   "RIFF" + bytes({46, 0, 0, 0}) + "WEBPVP8X" + bytes({10, 0, 0, 0, 2, 0, 0, 0, 63, 0, 0, 47, 0, 0}) +
                       frame + frame,
                   ErrorCode::unsupported, "is an animation");
    auto huge = png(rgb_png(), ramp_rgb);
    huge.replace(16, 8, bytes({0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60}));
    expect_refused("huge.png", huge, ErrorCode::unsupported, "60000 x 60000 pixels");
}

TEST_F(PictureSourceTest, DamageAmongThePixelsIsSaidByEveryRead) {
    auto damaged = png({.width = 300, .height = 300, .colour_type = 2}, ramp_rgb);
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
    const auto slide = open("damaged.png", damaged);
    for (int i = 0; i < 2; ++i)
        expect_error(
            [&] {
                (void)slide.read(0, {0, 0, 10, 10});
            },
            ErrorCode::corrupt, "is no picture that can be read");
}

TEST_F(PictureSourceTest, OnePixelIsASlide) {
    auto look = rgb_png();
    look.width = look.height = 1;
    const auto slide = open("tiny.png", png(look, ramp_rgb));
    EXPECT_EQ(slide.width(), 1);
    EXPECT_EQ(slide.read(0, {0, 0, 1, 1}).pixels, (std::vector<std::uint8_t>{0, 0, 0}));
}

TEST_F(PictureSourceTest, WhatOpenSlideOpensStaysWithOpenSlide) {
    testing::write_tiff_slide(folder / "slide.tif", testing::tissue_like_picture(300, 300), {});
    EXPECT_EQ(Slide(folder / "slide.tif").vendor(), "generic-tiff");
    EXPECT_EQ(Slide(folder / "slide.tif").bytes_held(), 0U);
}

}  // namespace
}  // namespace slidetype
