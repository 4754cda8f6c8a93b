#include "tiler/slides/slide.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <fstream>
#include <thread>

#include "base/atomic_file.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/tiff_slide.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

/// The part of `image` in `rect`, white where it has none.
RgbImage crop(const RgbImage& image, const Rect& rect) {
    return paint_picture(static_cast<int>(rect.width), static_cast<int>(rect.height), [&](int x, int y) {
        const auto sx = x + rect.x, sy = y + rect.y;
        if (sx < 0 || sy < 0 || sx >= image.width || sy >= image.height) return std::array<int, 3>{255, 255, 255};
        const auto* rgb = image.at(static_cast<int>(sx), static_cast<int>(sy));
        return std::array<int, 3>{rgb[0], rgb[1], rgb[2]};
    });
}

class SlideTest : public ::testing::Test {
  protected:
    Slide write(const RgbImage& picture, const TiffSlide& options = {}) {
        write_tiff_slide(path_, picture, options);
        return Slide(path_);
    }
    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "slide.tiff";
};

TEST_F(SlideTest, TellsItsVendorLevelsAndTiffResolution) {
    TiffSlide options;
    options.levels = 3;
    options.um_px_x = options.um_px_y = 0.5;
    const auto slide = write(noise_picture(400, 301), options);
    EXPECT_EQ(slide.vendor(), "generic-tiff");
    EXPECT_FALSE(slide.quickhash().empty());
    ASSERT_EQ(slide.levels().size(), 3U);
    EXPECT_EQ(slide.width(), 400);
    EXPECT_EQ(slide.height(), 301);
    EXPECT_EQ(slide.levels()[2].width, 100);
    EXPECT_NEAR(slide.levels()[1].downsample_x, 2, 0.01);
    EXPECT_FALSE(slide.bounds());
    const auto spacing = slide.spacing();
    EXPECT_EQ(spacing.source, SpacingSource::tiff_resolution);
    EXPECT_NEAR(spacing.x_um_px, 0.5, 1e-6);
}

TEST_F(SlideTest, ReadsThePixelsThatWereWrittenAndWhiteBeyondTheEdges) {
    const auto picture = noise_picture(200, 150);
    const auto slide = write(picture);
    for (const Rect& rect : {Rect{0, 0, 200, 150}, Rect{33, 41, 70, 60}, Rect{-20, -10, 60, 50},
                             Rect{150, 120, 100, 80}, Rect{500, 500, 10, 10}, Rect{-50, -50, 300, 300}})
        EXPECT_EQ(slide.read(0, rect).pixels, crop(picture, rect).pixels) << rect.x << " " << rect.width;
    EXPECT_TRUE(slide.read(0, {5, 5, 0, 10}).empty());
}

TEST_F(SlideTest, APixelHasOneValueHoweverItIsAskedFor) {
    // 1001 / 500: a downsample of 2.002, where OpenSlide alone interpolates by another fraction for every corner.
    TiffSlide options;
    options.levels = 2;
    const auto slide = write(noise_picture(1001, 1001), options);
    ASSERT_NE(slide.levels()[1].downsample_x, 2);
    const auto whole = slide.read(1, {0, 0, 500, 500});
    for (const Rect& rect : {Rect{1, 1, 30, 30}, Rect{251, 100, 90, 90}, Rect{410, 333, 70, 120}, Rect{63, 64, 2, 1}})
        EXPECT_EQ(slide.read(1, rect).pixels, crop(whole, rect).pixels) << rect.x;
}

TEST_F(SlideTest, LargeReadsArePutTogetherWithoutSeams) {
    const auto picture = noise_picture(4500, 70);
    const auto slide = write(picture);
    EXPECT_EQ(slide.read(0, {7, 3, 4400, 30}).pixels, crop(picture, {7, 3, 4400, 30}).pixels);
}

TEST_F(SlideTest, TheBestLevelMayBeOnePercentTooCoarseAndNoMore) {
    TiffSlide options;
    options.levels = 3;
    const auto slide = write(noise_picture(4001, 256), options);  // the second level is 2000: 2.00025 for 2
    EXPECT_GT(slide.levels()[1].downsample_x, 2);
    EXPECT_EQ(slide.best_level(2), 1);
    EXPECT_EQ(slide.best_level(1.9), 0);
    EXPECT_EQ(slide.best_level(3.9), 1);
    EXPECT_EQ(slide.best_level(100), 2);
    EXPECT_EQ(slide.best_level(0.5), 0);
}

TEST_F(SlideTest, LevelsSmallerThanATileOfTheFileAreNotRead) {
    TiffSlide options;
    options.levels = 4;
    const auto slide = write(noise_picture(256, 256), options);  // 256, 128, 64 and 32 pixels in tiles of 64
    ASSERT_EQ(slide.levels().size(), 4U);
    EXPECT_EQ(slide.best_level(8), 2);
}

TEST_F(SlideTest, EachAxisOfALevelHasItsOwnDownsample) {
    TiffSlide options;
    options.levels = 3;
    const auto slide = write(noise_picture(4096, 261), options);  // 261 / 65: a quarter, and a part of a pixel cut off
    EXPECT_DOUBLE_EQ(slide.levels()[2].downsample_x, 4);
    EXPECT_DOUBLE_EQ(slide.levels()[2].downsample_y, 261.0 / 65);
    EXPECT_EQ(slide.best_level(4), 2) << "what was cut off makes the level no coarser";
}

TEST_F(SlideTest, APictureWithRedGreenAndBlueApartIsReadAsItIs) {
    TiffSlide options;
    options.planar = true;
    const auto picture = noise_picture(200, 150);
    const auto slide = write(picture, options);
    EXPECT_EQ(slide.read(0, {0, 0, 200, 150}).pixels, picture.pixels);
    EXPECT_TRUE(slide.notes().empty());
}

TEST_F(SlideTest, AColourProfileIsTold) {
    TiffSlide options;
    EXPECT_EQ(write(noise_picture(64, 64), options).icc_profile_bytes(), 0U);
    options.icc_bytes = 3144;
    EXPECT_EQ(write(noise_picture(64, 64), options).icc_profile_bytes(), 3144U);
}

TEST_F(SlideTest, SenselessReadsAreRefused) {
    const auto slide = write(noise_picture(64, 64));
    for (const Rect& rect : {Rect{0, 0, 65536, 32768}, Rect{0, 0, -1, 5}, Rect{0, 0, std::int64_t{1} << 62, 1},
                             Rect{std::int64_t{1} << 62, 0, 5, 5}})
        EXPECT_EQ(code_of([&] { slide.read(0, rect); }), ErrorCode::internal);
    EXPECT_EQ(code_of([&] { slide.read(1, {0, 0, 5, 5}); }), ErrorCode::internal);
    EXPECT_EQ(code_of([&] { slide.read(-1, {0, 0, 5, 5}); }), ErrorCode::internal);
}

TEST_F(SlideTest, ACorruptTileFailsOnlyReadsThatTouchItAndLaterReadsGoOn) {
    for (const auto codec : {TiffSlide::Codec::jpeg, TiffSlide::Codec::deflate}) {
        TiffSlide options;
        options.codec = codec;
        options.corrupt = {{0, 1, 1}, {0, 3, 0}};
        const auto slide = write(noise_picture(256, 192), options);
        for (int round = 0; round < 2; ++round) {
            for (int row = 0; row < 3; ++row) {
                for (int column = 0; column < 4; ++column) {
                    const Rect rect{column * 64, row * 64, 64, 64};
                    const bool bad = (column == 1 && row == 1) || (column == 3 && row == 0);
                    if (bad)
                        EXPECT_EQ(code_of([&] { slide.read(0, rect); }), ErrorCode::corrupt);
                    else
                        EXPECT_NO_THROW(slide.read(0, rect)) << column << "," << row;
                }
            }
        }
    }
}

TEST_F(SlideTest, ATileThatEndsInTheMiddleFailsOnBothWaysWhoeverMadeTheSlide) {
    TiffSlide generic, aperio, philips;
    aperio.description = "Aperio Image Library v1\n256x192|AppMag = 20|MPP = 0.4990";
    philips.software = "Philips DP v1.0";
    philips.description = philips_description(1, 0.25);
    philips.pad_to = 64;
    for (auto options : {generic, aperio, philips}) {
        for (const auto codec : {TiffSlide::Codec::jpeg, TiffSlide::Codec::deflate}) {
            options.codec = codec;
            write_tiff_slide(path_, tissue_like_picture(256, 192), options);
            const auto tile = bytes_of_tile(path_, {0, 2, 1});
            std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
            file.seekp(static_cast<std::streamoff>(tile.offset + tile.size / 2));
            file << std::string(tile.size - tile.size / 2, '\xFF') << std::flush;
            for (const auto way : {PixelPath::fastest, PixelPath::openslide_only}) {
                const Slide slide(path_, way);
                EXPECT_EQ(code_of([&] { slide.read(0, {128, 64, 64, 64}); }), ErrorCode::corrupt) << slide.vendor();
                EXPECT_NO_THROW(slide.read(0, {64, 64, 64, 64})) << slide.vendor();
            }
        }
    }
}

TEST_F(SlideTest, ThreadsThatHitDamageDoNotDisturbTheOthers) {
    TiffSlide options;
    options.codec = TiffSlide::Codec::jpeg;
    options.corrupt = {{0, 1, 1}, {0, 2, 3}};
    const auto slide = write(noise_picture(256, 256), options);
    std::atomic<int> wrong{0};
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 64; ++i) {
                const int tile = (i * 5 + t * 3) % 16, column = tile % 4, row = tile / 4;
                const bool bad = (column == 1 && row == 1) || (column == 2 && row == 3);
                bool failed = false;
                try {
                    slide.read(0, {column * 64, row * 64, 64, 64});
                } catch (const Error&) {
                    failed = true;
                }
                if (failed != bad) ++wrong;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(wrong, 0);
}

TEST_F(SlideTest, DescriptionsAndOtherFreeTextAreWithheld) {
    TiffSlide options;
    options.description = "Aperio Image Library v1\n64x64|AppMag = 20|MPP = 0.4990|User = Jane Doe|Filename = Doe-7";
    const auto slide = write(noise_picture(64, 64), options);
    EXPECT_EQ(slide.vendor(), "aperio");
    EXPECT_EQ(slide.property("aperio.AppMag"), "20");
    EXPECT_FALSE(slide.property("openslide.comment"));
    EXPECT_FALSE(slide.property("aperio.User"));
    EXPECT_EQ(slide.shown_properties().at("openslide.mpp-x"), "0.499");
    for (const auto& [name, value] : slide.shown_properties())
        EXPECT_THAT(value, ::testing::Not(::testing::HasSubstr("Doe"))) << name;
}

TEST_F(SlideTest, WhatIsNoSlideIsRefusedWithItsReason) {
    EXPECT_EQ(code_of([&] { Slide slide(folder_ / "absent.svs"); }), ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { Slide slide(folder_.path()); }), ErrorCode::unsupported);
    std::ofstream(folder_ / "text.svs") << "not a slide";
    const auto text = error_of([&] { Slide slide(folder_ / "text.svs"); });
    EXPECT_EQ(text.code(), ErrorCode::unsupported);
    EXPECT_THAT(text.hint(), ::testing::HasSubstr(".svs"));
    write_file(folder_ / "empty.tiff", "");
    EXPECT_EQ(code_of([&] { Slide slide(folder_ / "empty.tiff"); }), ErrorCode::unsupported);
    std::ofstream(folder_ / "image") << std::string(128, '\0') << "DICM";
    const auto dicom = error_of([&] { Slide slide(folder_ / "image"); });
    EXPECT_EQ(dicom.code(), ErrorCode::corrupt);
}

TEST_F(SlideTest, AFileWithoutPermissionIsAnIoError) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
    write(noise_picture(64, 64));
    std::filesystem::permissions(path_, std::filesystem::perms::none);
    EXPECT_EQ(code_of([&] { Slide slide(path_); }), ErrorCode::io);
}

TEST_F(SlideTest, ATruncatedFileNeverCrashes) {
    TiffSlide options;
    options.levels = 2;
    write(noise_picture(256, 256), options);
    const auto size = std::filesystem::file_size(path_);
    for (const auto keep : {size - 1, size - 300, size * 3 / 4, size / 2, std::uintmax_t{100}, std::uintmax_t{8}}) {
        std::filesystem::copy_file(path_, folder_ / "cut.tiff", std::filesystem::copy_options::overwrite_existing);
        std::filesystem::resize_file(folder_ / "cut.tiff", keep);
        try {
            const Slide slide(folder_ / "cut.tiff");
            slide.read(0, {0, 0, 256, 256});
        } catch (const Error& error) {
            EXPECT_FALSE(error.cause().empty()) << keep;
        }
    }
}

}  // namespace
}  // namespace slidetype
