#include "sample_slides/pyramid_tiff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/support.h"
#include "tests/tools/opened_slide.h"

namespace slidetype {
namespace {

using testing::largest_difference;
using testing::OpenedSlide;
using testing::TemporaryFolder;

/// Slow changes of colour, which JPEG keeps almost exactly.
RgbImage gradient(int width, int height) {
    RgbImage picture(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            std::uint8_t* pixel = picture.at(x, y);
            pixel[0] = static_cast<std::uint8_t>(x * 255 / width);
            pixel[1] = static_cast<std::uint8_t>(y * 255 / height);
            pixel[2] = 128;
        }
    }
    return picture;
}

PyramidOptions options_with(int levels, int step) {
    PyramidOptions options;
    options.spacing_um_px = 0.5;
    options.quality = 95;
    options.levels = levels;
    options.step = step;
    return options;
}

std::size_t files_in(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(PyramidTiff, IsOpenedByOpenSlideWithItsLevelsAndSpacing) {
    const TemporaryFolder folder;
    write_pyramid_tiff(folder / "a.tiff", gradient(1024, 512), options_with(3, 4));
    const OpenedSlide slide(folder / "a.tiff");
    EXPECT_EQ(slide.property("openslide.vendor"), "generic-tiff");
    ASSERT_EQ(slide.levels(), 3);
    EXPECT_EQ(slide.size(1), (Rect{0, 0, 256, 128}));
    EXPECT_EQ(slide.size(2), (Rect{0, 0, 64, 32}));
    EXPECT_DOUBLE_EQ(slide.downsample(2), 16);
    EXPECT_EQ(slide.property("tiff.ResolutionUnit"), "centimeter");
    EXPECT_DOUBLE_EQ(std::stod(slide.property("tiff.XResolution")), 20000);
    EXPECT_DOUBLE_EQ(std::stod(slide.property("tiff.YResolution")), 20000);
}

TEST(PyramidTiff, KeepsThePixelsOfLevelZeroUpToJpegLoss) {
    const TemporaryFolder folder;
    const RgbImage picture = gradient(700, 300);
    write_pyramid_tiff(folder / "a.tiff", picture, options_with(1, 2));
    EXPECT_LE(largest_difference(OpenedSlide(folder / "a.tiff").read(0), picture), 6);
}

TEST(PyramidTiff, AveragesSquaresOfPixelsIntoTheLevelBelow) {
    const TemporaryFolder folder;
    RgbImage picture(512, 512, 0);
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) {
            if ((x + y) % 2 == 0) std::fill_n(picture.at(x, y), 3, std::uint8_t{200});
        }
    }
    write_pyramid_tiff(folder / "a.tiff", picture, options_with(2, 2));
    EXPECT_LE(largest_difference(OpenedSlide(folder / "a.tiff").read(1), RgbImage(256, 256, 100)), 2);
}

TEST(PyramidTiff, LowerLevelsShowTheSamePictureWhereSizesAreOdd) {
    const TemporaryFolder folder;
    write_pyramid_tiff(folder / "a.tiff", gradient(1003, 517), options_with(3, 2));
    const OpenedSlide slide(folder / "a.tiff");
    ASSERT_EQ(slide.levels(), 3);
    EXPECT_EQ(slide.size(1), (Rect{0, 0, 501, 258}));
    EXPECT_EQ(slide.size(2), (Rect{0, 0, 250, 129}));
    EXPECT_LE(largest_difference(slide.read(2), gradient(250, 129)), 8);
}

TEST(PyramidTiff, LeavesOutLevelsOfLessThanOnePixel) {
    const TemporaryFolder folder;
    write_pyramid_tiff(folder / "a.tiff", gradient(40, 20), options_with(5, 16));
    EXPECT_EQ(OpenedSlide(folder / "a.tiff").levels(), 2);
}

TEST(PyramidTiff, AnAperioDescriptionGivesOpenSlideTheSpacing) {
    const TemporaryFolder folder;
    auto options = options_with(2, 4);
    options.description = "Aperio Image Library\r\n600x600 -> 600x600|AppMag = 20|MPP = 0.4990";
    write_pyramid_tiff(folder / "a.svs", gradient(600, 600), options);
    const OpenedSlide slide(folder / "a.svs");
    EXPECT_EQ(slide.property("openslide.vendor"), "aperio");
    EXPECT_DOUBLE_EQ(std::stod(slide.property("openslide.mpp-x")), 0.499);
    EXPECT_EQ(slide.levels(), 2);
}

TEST(PyramidTiff, PaintsEachTileOnceRowByRow) {
    const TemporaryFolder folder;
    std::vector<Rect> asked;
    const auto paint = [&](const Rect& rect) {
        asked.push_back(rect);
        return RgbImage(static_cast<int>(rect.width), static_cast<int>(rect.height));
    };
    write_pyramid_tiff(folder / "a.tiff", 300, 260, paint, options_with(3, 2));
    EXPECT_THAT(asked, ::testing::ElementsAre(Rect{0, 0, 256, 256}, Rect{256, 0, 44, 256}, Rect{0, 256, 256, 4},
                                              Rect{256, 256, 44, 4}));
}

TEST(PyramidTiff, GivesTheSameBytesForTheSamePicture) {
    const TemporaryFolder folder;
    write_pyramid_tiff(folder / "a.tiff", gradient(600, 400), options_with(3, 2));
    write_pyramid_tiff(folder / "b.tiff", gradient(600, 400), options_with(3, 2));
    EXPECT_TRUE(read_file(folder / "a.tiff") == read_file(folder / "b.tiff"));
}

TEST(PyramidTiff, LeavesTheOlderFileAndNothingElseWhereThePainterFails) {
    const TemporaryFolder folder;
    write_file(folder / "a.tiff", "older");
    const auto paint = [](const Rect& rect) -> RgbImage {
        if (rect.x > 0) throw std::runtime_error("no more paint");
        return RgbImage(static_cast<int>(rect.width), static_cast<int>(rect.height));
    };
    EXPECT_THROW(write_pyramid_tiff(folder / "a.tiff", 600, 400, paint, options_with(2, 2)), std::runtime_error);
    EXPECT_EQ(read_file(folder / "a.tiff"), "older");
    EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(PyramidTiff, NamesTheFileThatCannotBeWritten) {
    const TemporaryFolder folder;
    try {
        write_pyramid_tiff(folder / "missing" / "a.tiff", gradient(16, 16), options_with(1, 2));
        FAIL() << "an error was expected";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::io);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("missing/a.tiff"));
    }
}

TEST(PyramidTiff, RefusesOptionsThatMakeNoSense) {
    const TemporaryFolder folder;
    const auto refused = [&](auto change) {
        auto options = options_with(2, 2);
        change(options);
        try {
            write_pyramid_tiff(folder / "a.tiff", gradient(16, 16), options);
        } catch (const Error& error) {
            return error.code() == ErrorCode::usage;
        }
        return false;
    };
    EXPECT_TRUE(refused([](PyramidOptions& o) { o.spacing_um_px = 0; }));
    EXPECT_TRUE(refused([](PyramidOptions& o) { o.tile_px = 250; }));
    EXPECT_TRUE(refused([](PyramidOptions& o) { o.quality = 101; }));
    EXPECT_TRUE(refused([](PyramidOptions& o) { o.levels = 0; }));
    EXPECT_TRUE(refused([](PyramidOptions& o) { o.step = 3; }));
    EXPECT_EQ(files_in(folder.path()), 0U);
}

}  // namespace
}  // namespace slidetype
