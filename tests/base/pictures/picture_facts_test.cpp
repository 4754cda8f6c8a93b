#include "base/pictures/picture_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/base/pictures/made_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::slidetype::testing::bmp;
using ::slidetype::testing::bytes;
using ::slidetype::testing::jpeg;
using ::slidetype::testing::png;
using ::slidetype::testing::ramp_grey;
using ::slidetype::testing::ramp_inks;
using ::slidetype::testing::ramp_rgb;
using ::slidetype::testing::ramp_rgba;
using ::slidetype::testing::tiff;
using ::testing::HasSubstr;

PictureFacts facts_of(const std::string& file) {
    return look_at_picture(file, "picture").value();
}

TEST(PictureFacts, TellFormatSizeBitsAndColours) {
    struct Case {
        std::string file;
        PictureFormat format;
        PictureColours colours;
        int bits;
        bool transparent;
    };
    testing::PngLook palette{.colour_type = 3};
    palette.chunks = {{"PLTE", bytes({0, 0, 0, 1, 1, 1})}, {"tRNS", bytes({0})}};
    const std::vector<Case> cases = {
        {jpeg({}, ramp_rgb), PictureFormat::jpeg, PictureColours::rgb, 8, false},
        {jpeg({.samples = 1}, ramp_grey), PictureFormat::jpeg, PictureColours::grey, 8, false},
        {jpeg({.samples = 4}, ramp_inks), PictureFormat::jpeg, PictureColours::cmyk, 8, false},
        {png({.colour_type = 2, .bits = 16}, ramp_rgb), PictureFormat::png, PictureColours::rgb, 16, false},
        {png({}, ramp_rgba), PictureFormat::png, PictureColours::rgb, 8, true},
        {png(palette, [](int, int) { return std::vector<int>{0}; }), PictureFormat::png, PictureColours::palette, 8,
         true},
        {bmp(testing::BmpLook{}, ramp_rgb), PictureFormat::bmp, PictureColours::rgb, 8, false},
        {bmp({.palette = true}, ramp_grey), PictureFormat::bmp, PictureColours::palette, 8, false},
        {testing::bmp(true, ramp_rgba), PictureFormat::bmp, PictureColours::rgb, 8, true},
        {tiff({.samples = 3}, ramp_rgb), PictureFormat::tiff, PictureColours::rgb, 8, false},
        {tiff({.bits = 16, .samples = 3}, ramp_rgb), PictureFormat::tiff, PictureColours::rgb, 16, false},
        {tiff({.photometric = 1, .samples = 1}, ramp_grey), PictureFormat::tiff, PictureColours::grey, 8, false},
        {tiff({.photometric = 3, .samples = 1}, ramp_grey), PictureFormat::tiff, PictureColours::palette, 8, false},
        {tiff({.photometric = 5}, ramp_inks), PictureFormat::tiff, PictureColours::cmyk, 8, false},
        {tiff({.extra = {2}}, ramp_rgba), PictureFormat::tiff, PictureColours::rgb, 8, true}};
    for (std::size_t i = 0; i < cases.size(); ++i) {
        SCOPED_TRACE(i);
        const auto facts = facts_of(cases[i].file);
        EXPECT_EQ(facts.format, cases[i].format);
        EXPECT_EQ(facts.colours, cases[i].colours);
        EXPECT_EQ(facts.bits, cases[i].bits);
        EXPECT_EQ(facts.transparent, cases[i].transparent);
        EXPECT_EQ(facts.width, 64);
        EXPECT_EQ(facts.height, 48);
        EXPECT_EQ(facts.frames, 1);
        EXPECT_FALSE(facts.cut_short);
    }
}

TEST(PictureFacts, SizeIsThatOfTheUprightPicture) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
        SCOPED_TRACE(orientation);
        testing::PngLook look{.colour_type = 2};
        look.chunks = {{"eXIf", testing::exif(orientation)}};
        for (const auto& file : {jpeg({.exif = testing::exif(orientation)}, ramp_rgb), png(look, ramp_rgb),
                                 tiff({.samples = 3, .orientation = orientation}, ramp_rgb)}) {
            const auto facts = facts_of(file);
            EXPECT_EQ(facts.orientation, orientation);
            EXPECT_EQ(facts.width, orientation < 5 ? 64 : 48);
            EXPECT_EQ(facts.height, orientation < 5 ? 48 : 64);
        }
    }
}

TEST(PictureFacts, TellWhereAPixelSizeIsSaid) {
    const auto only = [](const std::string& file) {
        const auto facts = facts_of(file);
        EXPECT_EQ(facts.resolutions.size(), 1U);
        return facts.resolutions.empty() ? PictureResolution{} : facts.resolutions.front();
    };
    const auto jfif = only(jpeg({.pixels_per_inch = 50800}, ramp_rgb));
    EXPECT_EQ(jfif.place, "JFIF density");
    EXPECT_EQ(jfif.x, 50800);
    EXPECT_EQ(jfif.unit_um, 25400);
    testing::PngLook look{.colour_type = 2};
    look.chunks = {{"pHYs", bytes({0, 0x1E, 0x84, 0x80, 0, 0x0F, 0x42, 0x40, 1})}};
    const auto phys = only(png(look, ramp_rgb));
    EXPECT_EQ(phys.place, "PNG pHYs");
    EXPECT_EQ(phys.x, 2'000'000);
    EXPECT_EQ(phys.y, 1'000'000);
    EXPECT_EQ(phys.unit_um, 1e6);
    const auto tags = only(tiff({.samples = 3, .pixels_per_cm = 20000}, ramp_rgb));
    EXPECT_EQ(tags.place, "TIFF resolution");
    EXPECT_EQ(tags.x, 20000);
    EXPECT_EQ(tags.unit_um, 1e4);
    EXPECT_EQ(only(bmp({.pixels_per_m = 2000000}, ramp_rgb)).place, "BMP resolution");
    const auto both = facts_of(jpeg({.pixels_per_inch = 72, .exif = testing::exif(1, 20000)}, ramp_rgb));
    ASSERT_EQ(both.resolutions.size(), 2U);
    EXPECT_EQ(both.resolutions[0].place, "EXIF resolution");
    EXPECT_EQ(both.resolutions[1].x, 72);
    EXPECT_TRUE(facts_of(jpeg({}, ramp_rgb)).resolutions.empty());
}

TEST(PictureFacts, CountFramesAndPages) {
    testing::PngLook moving{.colour_type = 2};
    moving.chunks = {{"acTL", bytes({0, 0, 0, 5, 0, 0, 0, 0})}};
    EXPECT_EQ(facts_of(png(moving, ramp_rgb)).frames, 5);
    EXPECT_EQ(facts_of(tiff({.samples = 3, .pages = 3}, ramp_rgb)).frames, 3);
    const auto frame = "ANMF" + bytes({4, 0, 0, 0, 0, 0, 0, 0});
    const auto webp = "RIFF" + bytes({46, 0, 0, 0}) + "WEBPVP8X" +
                      bytes({10, 0, 0, 0, 2, 0, 0, 0, 63, 0, 0, 47, 0, 0}) + frame + frame;
    EXPECT_EQ(facts_of(webp).frames, 2);
    EXPECT_EQ(facts_of(webp).width, 64);
    EXPECT_EQ(facts_of(webp).height, 48);
}

TEST(PictureFacts, SayThatTheEndIsNotThere) {
    for (const auto& file : {jpeg({}, ramp_rgb), png({.colour_type = 2}, ramp_rgb), bmp(testing::BmpLook{}, ramp_rgb)})
        EXPECT_TRUE(facts_of(file.substr(0, file.size() - 20)).cut_short);
}

TEST(PictureFacts, ThereAreNoneOfOtherFiles) {
    for (const auto& file : {std::string(), std::string("BMW is a car, and this is a text"), std::string("%PDF-1.4"),
                             std::string(200, '\0'), std::string("II"), std::string("GIF89a")})
        EXPECT_FALSE(look_at_picture(file, "x")) << file;
}

TEST(PictureFacts, AHeadThatIsCutIsRefusedByName) {
    const auto file = jpeg({}, ramp_rgb);
    for (const std::size_t size : {4U, 20U, 100U}) {
        try {
            look_at_picture(file.substr(0, size), "cut.jpg");
            ADD_FAILURE() << size;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::bad_data);
            EXPECT_THAT(error.what(), HasSubstr("cut.jpg: is a JPEG file that is cut short"));
        }
    }
}

TEST(PictureFacts, NothingInAFileLeadsBeyondIt) {
    for (const auto& file : {jpeg({.exif = testing::exif(6, 20000)}, ramp_rgb), png({.colour_type = 2}, ramp_rgb),
                             tiff({.samples = 3, .pages = 3}, ramp_rgb)}) {
        for (std::size_t at = 0; at < std::min<std::size_t>(file.size(), 400); ++at) {
            for (const char wrong : {'\0', '\xFF', '\x7F'}) {
                auto damaged = file;
                damaged[at] = wrong;
                try {
                    (void)look_at_picture(damaged, "x");
                } catch (const Error&) {
                }
            }
        }
    }
}

TEST(PictureFacts, FilesThatCannotBeReadAreSaidByName) {
    const testing::TemporaryFolder folder;
    try {
        look_at_picture(folder / "absent.png");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::not_found);
    }
    EXPECT_THROW(look_at_picture(folder.path()), Error);
}

}  // namespace
}  // namespace slidetype
