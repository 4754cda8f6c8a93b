// What the quick way reads is what OpenSlide reads: on every kind of TIFF that we can write, at random places.
#include "tiler/slides/jpeg_tiff.h"

#include <gmock/gmock.h>
#include <tiff.h>

#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/jpeg_encoder.h"
#include "tests/tiler/slide_pair.h"
#include "tests/tiler/tiff_slide.h"
#include "tiler/slides/slide.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

class JpegTiffTest : public ::testing::Test {
  protected:
    JpegTiffTest() {
        options_.codec = TiffSlide::Codec::jpeg;
        options_.levels = 3;
    }
    Pair write(const RgbImage& picture) {
        write_tiff_slide(path_, picture, options_);
        return Pair(path_);
    }
    void expect_served(const Slide& slide, bool served = true) {
        for (std::size_t i = 0; i < slide.levels().size(); ++i)
            EXPECT_EQ(slide.shrinks_while_decoding(static_cast<int>(i)), served) << "level " << i;
    }
    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "slide.tiff";
    TiffSlide options_;
};

TEST_F(JpegTiffTest, EveryVariantGivesThePixelsOfOpenSlide) {
    struct Chroma {
        int x, y;
    };
    const auto tissue = tissue_like_picture(1003, 810), even = tissue_like_picture(1024, 768);
    for (const bool big : {false, true})
        for (const auto& chroma : {Chroma{2, 2}, Chroma{1, 1}, Chroma{2, 1}, Chroma{0, 0}})
            for (const auto* picture : {&tissue, &even}) {
                options_.big = options_.big_endian = big, options_.shared_tables = !big;
                options_.rgb = chroma.x == 0, options_.chroma_x = chroma.x, options_.chroma_y = chroma.y;
                options_.tile = picture == &tissue ? 80 : 128;
                const auto slide = write(*picture);
                const auto what = std::string(big ? "BigTIFF, big-endian, " : "shared tables, ") +
                                  std::to_string(chroma.x) + std::to_string(chroma.y);
                SCOPED_TRACE(what);
                expect_served(slide.quick);
                expect_equal_pixels(slide, 6, what);
                expect_alike_when_shrunk(slide, 2, what);
            }
}

TEST_F(JpegTiffTest, NoiseOnALevelBetweenPixelsIsInterpolatedAsOpenSlideDoes) {
    options_.tile = 64;
    options_.levels = 4;
    const auto slide = write(noise_picture(1001, 903));
    ASSERT_FALSE(is_whole(slide.quick.levels()[1].downsample_x));
    expect_served(slide.quick);
    expect_equal_pixels(slide, 25, "noise");
}

TEST_F(JpegTiffTest, AperioIsServed) {
    options_.description = "Aperio Image Library v1\n1001x903|AppMag = 20|MPP = 0.4990";
    options_.rgb = true;
    options_.tile = 240;
    options_.levels = 2;
    const auto slide = write(tissue_like_picture(1001, 903));
    ASSERT_EQ(slide.quick.vendor(), "aperio");
    expect_served(slide.quick);
    expect_equal_pixels(slide, 20, "aperio");
}

TEST_F(JpegTiffTest, AMissingTileOfAperioIsDrawnFromTheLevelBeforeAsOpenSlideDoes) {
    options_.description = "Aperio Image Library v1\n1024x768|AppMag = 20|MPP = 0.4990";
    options_.tile = 64;
    options_.missing = {{1, 2, 1}};
    const auto slide = write(tissue_like_picture(1024, 768));
    ASSERT_EQ(slide.quick.vendor(), "aperio");
    EXPECT_TRUE(slide.quick.shrinks_while_decoding(0));
    EXPECT_FALSE(slide.quick.shrinks_while_decoding(2)) << "OpenSlide draws its tiles over the gap from level 1";
    expect_equal_pixels(slide, 20, "aperio with a gap");
}

TEST_F(JpegTiffTest, PhilipsWithEmptyTilesIsServedAndWhiteThere) {
    options_.software = "Philips DP v1.0";
    options_.description = philips_description(3, 0.25);
    options_.tile = options_.pad_to = 64;
    options_.missing = {{0, 2, 1}, {0, 3, 1}, {1, 1, 0}};
    const auto slide = write(tissue_like_picture(840, 520));
    ASSERT_EQ(slide.quick.vendor(), "philips");
    EXPECT_EQ(slide.quick.levels()[1].downsample_x, 2);
    expect_served(slide.quick);
    expect_equal_pixels(slide, 25, "philips");
    for (const auto value : slide.quick.read(0, {128, 64, 128, 64}).pixels) ASSERT_EQ(value, 255);
    for (const auto value : slide.quick.read_shrunk(0, {128, 64, 128, 64}, 4).pixels) ASSERT_EQ(value, 255);
}

TEST_F(JpegTiffTest, ColoursAreThoseOfTheStreamWhereTheTagIsWrong) {
    const auto picture = tissue_like_picture(1001, 903);
    for (const bool rgb : {false, true}) {
        options_.rgb = rgb;
        const auto right = write(picture);
        EXPECT_THAT(right.quick.notes(), ::testing::IsEmpty());
        const auto other = folder_ / (rgb ? "says_ycbcr.tiff" : "says_rgb.tiff");
        std::filesystem::copy_file(path_, other);
        set_tag(other, TIFFTAG_PHOTOMETRIC, rgb ? PHOTOMETRIC_YCBCR : PHOTOMETRIC_RGB);
        const Slide wrong(other);
        expect_served(wrong);
        for (int level = 0; level < 3; ++level) {
            const Rect rect{10, 20, 200, 170};
            EXPECT_EQ(wrong.read(level, rect).pixels, right.quick.read(level, rect).pixels) << rgb << " " << level;
            EXPECT_EQ(wrong.read_shrunk(level, {16, 16, 160, 160}, 4).pixels,
                      right.quick.read_shrunk(level, {16, 16, 160, 160}, 4).pixels);
        }
        ASSERT_EQ(wrong.notes().size(), 1U);
        EXPECT_THAT(wrong.notes()[0], ::testing::HasSubstr(rgb ? "were read as RGB" : "were read as YCbCr"));
    }
}

TEST_F(JpegTiffTest, WhereOnlyTheNamesOfItsPartsSpeakForYcbcrTheGlassDecides) {
    options_.chroma_x = options_.chroma_y = 1;
    options_.levels = 1;
    for (const bool with_glass : {true, false}) {
        auto picture = tissue_like_picture(512, 320);
        if (with_glass) std::fill(picture.pixels.begin(), picture.pixels.begin() + 512 * 3 * 128, std::uint8_t{242});
        const auto right = write(picture).quick.read(0, {0, 0, 512, 320});
        set_tag(path_, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
        const Slide wrong(path_);
        EXPECT_EQ(wrong.notes().empty(), !with_glass);
        EXPECT_EQ(wrong.read(0, {0, 0, 512, 320}).pixels == right.pixels, with_glass);
    }
}

TEST_F(JpegTiffTest, ColoursThatOpenSlideTakesForRgbAreTurnedIntoThem) {
    options_.levels = 2;
    const auto picture = tissue_like_picture(1001, 903);
    const Rect rect{-5, 20, 300, 170};
    const auto right = write(picture).careful.read(0, rect), coarser = Slide(path_).read(1, rect);
    set_tag(path_, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    const Slide wrong(path_, PixelPath::openslide_only);
    EXPECT_EQ(wrong.read(0, rect).pixels, right.pixels) << "to the bit, as libjpeg computes it";
    EXPECT_LE(mean_difference(wrong.read(1, rect), coarser), 0.5) << "interpolated before it is turned";
}

TEST_F(JpegTiffTest, LevelsSmallerThanATileAreServed) {
    options_.tile = 256;
    options_.levels = 4;
    expect_equal_pixels(write(tissue_like_picture(600, 300)), 20, "small levels");
}

TEST_F(JpegTiffTest, OtherCodecsAndProgressiveTilesAreLeftToOpenSlide) {
    options_.encode = [](const std::vector<std::uint8_t>& rgb, int edge) { return encode_jpeg(rgb, edge, edge, true); };
    const auto progressive = write(tissue_like_picture(300, 200));
    expect_served(progressive.quick, false);
    expect_equal_pixels(progressive, 5, "progressive");
    options_.encode = nullptr;
    options_.codec = TiffSlide::Codec::deflate;
    options_.levels = 2;
    const auto deflate = write(tissue_like_picture(300, 200));
    expect_served(deflate.quick, false);
    expect_equal_pixels(deflate, 5, "deflate");
}

TEST_F(JpegTiffTest, TwoDirectoriesOfOneSizeAreADoubt) {
    options_.levels = 1;
    write_tiff_slide(path_, tissue_like_picture(300, 200), options_);
    const std::vector<LevelShape> levels{{300, 200, 64, 64}};
    EXPECT_NE(JpegTiff::open(path_, "generic-tiff", levels, {}), nullptr);
    options_.levels = 2;
    options_.pad_to = 512;  // both directories claim 512 × 512
    write_tiff_slide(path_, tissue_like_picture(300, 200), options_);
    const std::vector<LevelShape> padded{{512, 512, 64, 64}};
    EXPECT_EQ(JpegTiff::open(path_, "generic-tiff", padded, {}), nullptr);
}

TEST_F(JpegTiffTest, OtherLevelsThanTheFilesAndOtherVendorsAreNotServed) {
    options_.levels = 1;
    write_tiff_slide(path_, tissue_like_picture(300, 200), options_);
    for (const auto& shape : {LevelShape{301, 200, 64, 64}, LevelShape{300, 200, 128, 64}, LevelShape{300, 200, 0, 0}})
        EXPECT_EQ(JpegTiff::open(path_, "generic-tiff", std::vector{shape}, {}), nullptr);
    EXPECT_EQ(JpegTiff::open(path_, "ventana", std::vector{LevelShape{300, 200, 64, 64}}, {}), nullptr);
    EXPECT_EQ(JpegTiff::open(folder_ / "absent", "aperio", std::vector{LevelShape{300, 200, 64, 64}}, {}), nullptr);
    EXPECT_EQ(JpegTiff::open(folder_.path(), "aperio", std::vector{LevelShape{300, 200, 64, 64}}, {}), nullptr);
}

/// What a read gives: the pixels, or why there are none.
std::string outcome(const Slide& slide, const Rect& rect, int shrink = 1) {
    try {
        const auto image = slide.read_shrunk(0, rect, shrink);
        return std::string(image.pixels.begin(), image.pixels.end());
    } catch (const Error& error) {
        return error.cause();
    }
}

TEST_F(JpegTiffTest, DamagedTilesFailAloneAndForTheReasonThatOpenSlideGives) {
    options_.levels = 1;
    options_.corrupt = {{0, 1, 1}};
    options_.missing = {{0, 3, 0}};
    write_tiff_slide(path_, tissue_like_picture(512, 320), options_);
    // One that ends early, and one whose middle is overwritten.
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    const auto cut = bytes_of_tile(path_, {0, 5, 2}), hit = bytes_of_tile(path_, {0, 6, 3});
    file.seekp(static_cast<std::streamoff>(cut.offset + cut.size / 2)).write("\xFF\xD9", 2);
    file.seekp(static_cast<std::streamoff>(hit.offset + hit.size / 2));
    for (int i = 0; i < 16; ++i) file.put(static_cast<char>(0xFF));
    file.close();
    const Pair slide(path_);
    expect_served(slide.quick);
    int failed = 0;
    for (int row = 0; row < 5; ++row) {
        for (int column = 0; column < 8; ++column) {
            const Rect rect{column * 64, row * 64, 64, 64};
            const auto wanted = outcome(slide.careful, rect);
            EXPECT_EQ(outcome(slide.quick, rect), wanted) << column << "," << row;
            const bool bad = wanted.size() < 64U * 64U * 3U;
            EXPECT_EQ(outcome(slide.quick, rect, 4).size() < 16U * 16U * 3U, bad) << column << "," << row;
            failed += bad ? 1 : 0;
        }
    }
    EXPECT_GE(failed, 3);
    EXPECT_EQ(outcome(slide.quick, {60, 60, 100, 20}), outcome(slide.careful, {60, 60, 100, 20}));
}

TEST_F(JpegTiffTest, ATruncatedFileGivesWhatOpenSlideGives) {
    options_.levels = 1;
    options_.big = true;  // libtiff writes the directory last: kept, and the tiles before it are cut out
    write_tiff_slide(path_, tissue_like_picture(512, 512), options_);
    const auto size = std::filesystem::file_size(path_);
    for (const auto keep : {size - 1, size - 200, size / 2, std::uintmax_t{40}}) {
        std::filesystem::copy_file(path_, folder_ / "cut.tiff", std::filesystem::copy_options::overwrite_existing);
        std::filesystem::resize_file(folder_ / "cut.tiff", keep);
        const auto result = [&](PixelPath way) {
            try {
                return outcome(Slide(folder_ / "cut.tiff", way), {0, 0, 512, 512});
            } catch (const Error& error) {
                return error.cause();
            }
        };
        EXPECT_EQ(result(PixelPath::fastest), result(PixelPath::openslide_only)) << keep;
    }
}

TEST_F(JpegTiffTest, ManyThreadsGetTheSameBytes) {
    options_.corrupt = {{0, 4, 4}};
    const auto slide = write(tissue_like_picture(1001, 903));
    std::mt19937 random(3);
    std::vector<std::pair<int, Rect>> reads;
    std::vector<std::string> wanted;
    for (int i = 0; i < 60; ++i) {
        const int level = i % 3, shrink = 1 << i % 4;
        auto rect = random_rect(random, slide.quick.levels()[static_cast<std::size_t>(level)]);
        rect = {rect.x / 8 * 8, rect.y / 8 * 8, (rect.width + 7) / 8 * 8, (rect.height + 7) / 8 * 8};
        reads.emplace_back(level * 10 + shrink, rect);
    }
    const auto run = [&](const Slide& of, std::size_t i) -> std::string {
        try {
            const auto image = of.read_shrunk(reads[i].first / 10, reads[i].second, reads[i].first % 10);
            return {image.pixels.begin(), image.pixels.end()};
        } catch (const Error& error) {
            return error.cause();
        }
    };
    for (std::size_t i = 0; i < reads.size(); ++i) wanted.push_back(run(Slide(path_), i));
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 8; ++t)
            threads.emplace_back([&, t] {
                for (std::size_t k = 0; k < reads.size(); ++k) {
                    const auto i = (k * 7 + t * 11) % reads.size();
                    if (run(slide.quick, i) != wanted[i]) ++wrong;
                }
            });
    }
    EXPECT_EQ(wrong, 0);
}

TEST_F(JpegTiffTest, ReadsBetweenShrunkPixelsAreRefused) {
    options_.levels = 1;
    const auto slide = write(tissue_like_picture(300, 200));
    for (const int shrink : {0, 3, 16, -2})
        EXPECT_EQ(code_of([&] { slide.quick.read_shrunk(0, {0, 0, 48, 48}, shrink); }), ErrorCode::internal);
    for (const Rect& rect : {Rect{1, 0, 8, 8}, Rect{0, 2, 8, 8}, Rect{0, 0, 9, 8}, Rect{0, 0, 8, 10}})
        EXPECT_EQ(code_of([&] { slide.quick.read_shrunk(0, rect, 4); }), ErrorCode::internal);
    EXPECT_TRUE(slide.quick.read_shrunk(0, {8, 8, 0, 8}, 4).empty());
}

}  // namespace
}  // namespace slidetype
