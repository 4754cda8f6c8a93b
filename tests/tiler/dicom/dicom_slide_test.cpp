// Slides of DICOM that were made for it: what is read of them, pixel for pixel.
#include <gmock/gmock.h>

#include <cstring>
#include <thread>

#include "base/resampling/resample.h"
#include "tests/support.h"
#include "tests/tiler/dicom/made_dicom.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/slide_pair.h"
#include "tests/tiler/tiff_slide.h"
#include "tiler/slides/slide.h"
#include "tiler/tiff/jpeg_tile.h"
#include "tiler/tiff/ycbcr.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::Contains;
using ::testing::HasSubstr;

class DicomSlideTest : public ::testing::Test {
  protected:
    Slide write(const MadeDicom& made, const std::string& name = "slide.dcm") {
        write_dicom(folder_ / name, made);
        return Slide(folder_ / name);
    }
    static RgbImage all_of(const Slide& slide, int level = 0) {
        const auto& shape = slide.levels()[static_cast<std::size_t>(level)];
        return slide.read(level, {0, 0, shape.width, shape.height});
    }
    TemporaryFolder folder_;
    RgbImage picture_ = tissue_like_picture(200, 150);
};

/// The part of a picture, white beyond it.
RgbImage part_of(const RgbImage& picture, const Rect& rect) {
    RgbImage out(static_cast<int>(rect.width), static_cast<int>(rect.height));
    for (auto y = std::max<std::int64_t>(rect.y, 0); y < std::min<std::int64_t>(rect.bottom(), picture.height); ++y) {
        for (auto x = std::max<std::int64_t>(rect.x, 0); x < std::min<std::int64_t>(rect.right(), picture.width); ++x)
            std::memcpy(out.at(static_cast<int>(x - rect.x), static_cast<int>(y - rect.y)),
                        picture.at(static_cast<int>(x), static_cast<int>(y)), 3);
    }
    return out;
}

/// What libjpeg makes of each tile.
RgbImage through_jpeg(const RgbImage& picture, int tile) {
    RgbImage out(picture.width, picture.height);
    const auto tiles = tiles_of(picture, tile, tile, as_jpeg);
    const int columns = (picture.width + tile - 1) / tile;
    RgbImage decoded(tile, tile);
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        EXPECT_TRUE(decode_jpeg_tile(tiles[i], {{}, true, tile, tile}, 1, decoded.pixels.data(),
                                     static_cast<std::size_t>(tile) * 3));
        const int x = static_cast<int>(i) % columns * tile, y = static_cast<int>(i) / columns * tile;
        for (int row = 0; row < std::min(tile, picture.height - y); ++row)
            std::memcpy(out.at(x, y + row), decoded.at(0, row),
                        static_cast<std::size_t>(std::min(tile, picture.width - x)) * 3);
    }
    return out;
}

TEST_F(DicomSlideTest, PixelsThatAreNotCompressedAreReadAsTheyAre) {
    const auto slide = write(plain_of(picture_));
    EXPECT_EQ(slide.vendor(), "dicom");
    for (const Rect& rect : {Rect{0, 0, 200, 150}, Rect{-7, -9, 90, 80}, Rect{60, 60, 10, 10}, Rect{150, 100, 90, 90},
                             Rect{300, 300, 20, 20}})
        EXPECT_EQ(slide.read(0, rect).pixels, part_of(picture_, rect).pixels) << rect.x;
}

TEST_F(DicomSlideTest, PlanesAndYCbCrAreTurnedIntoColours) {
    auto made = plain_of(picture_);
    made.photometric = "YBR_FULL";
    made.planar = 1;
    for (auto& frame : made.frames) {
        Bytes planes(frame.size());
        const auto pixels = frame.size() / 3;
        for (std::size_t i = 0; i < pixels; ++i) {
            const auto ycbcr = to_ycbcr({frame[3 * i], frame[3 * i + 1], frame[3 * i + 2]});
            for (std::size_t c = 0; c < 3; ++c) planes[c * pixels + i] = ycbcr[c];
        }
        frame = std::move(planes);
    }
    EXPECT_LE(largest_difference(all_of(write(made)), picture_), 2) << "what two roundings cost";
}

TEST_F(DicomSlideTest, JpegFramesAreDecodedAsTilesOfTiffsAre) {
    const auto slide = write(made_of(picture_));
    EXPECT_EQ(all_of(slide).pixels, through_jpeg(picture_, 64).pixels);
    EXPECT_TRUE(slide.notes().empty()) << slide.notes().front();
}

TEST_F(DicomSlideTest, EveryWayToTellFramesApartGivesTheSamePixels) {
    const auto wanted = through_jpeg(picture_, 64);
    using Offsets = MadeDicom::Offsets;
    for (const auto offsets : {Offsets::basic, Offsets::none, Offsets::extended, Offsets::wrong}) {
        for (const int fragments : {1, 3}) {
            for (const bool ends : {true, false}) {
                auto made = made_of(picture_);
                made.offsets = offsets, made.fragments = fragments, made.ends = ends;
                EXPECT_EQ(all_of(write(made)).pixels, wanted.pixels)
                    << static_cast<int>(offsets) << " " << fragments << " " << ends;
            }
        }
    }
}

TEST_F(DicomSlideTest, LosslessJpeg2000GivesThePicture) {
    for (const bool transform : {true, false}) {
        auto made = made_of(picture_, [&](const RgbImage& tile) { return as_jpeg2000(tile, transform); });
        made.transfer_syntax = "1.2.840.10008.1.2.4.90";
        made.photometric = transform ? "YBR_RCT" : "RGB";
        const auto slide = write(made);
        EXPECT_EQ(all_of(slide).pixels, picture_.pixels) << transform;
        EXPECT_FALSE(slide.shrinks_while_decoding(0));
    }
}

TEST_F(DicomSlideTest, ColoursAreThoseOfTheStreamWhateverTheFileCallsThem) {
    auto made = made_of(picture_);
    made.photometric = "RGB";
    const auto slide = write(made);
    EXPECT_EQ(all_of(slide).pixels, through_jpeg(picture_, 64).pixels);
    EXPECT_THAT(slide.notes(), Contains(HasSubstr("calls its colours RGB")));
}

TEST_F(DicomSlideTest, FramesThatSayWhereTheyLieAreReadThereAndTheRestIsGlass) {
    auto made = plain_of(picture_);
    const auto all = made.frames;
    made.organisation = "TILED_SPARSE";
    made.spacing_per_frame = true;
    made.frames = {all[5], all[0], all[10]};
    made.places = {{64, 64}, {0, 0}, {128, 128}};
    const auto slide = write(made);
    RgbImage wanted(picture_.width, picture_.height);
    for (const Rect& rect : {Rect{64, 64, 64, 64}, Rect{0, 0, 64, 64}, Rect{128, 128, 64, 22}}) {
        const auto tile = part_of(picture_, rect);
        for (int row = 0; row < tile.height; ++row)
            std::memcpy(wanted.at(static_cast<int>(rect.x), static_cast<int>(rect.y) + row), tile.at(0, row),
                        static_cast<std::size_t>(tile.width) * 3);
    }
    EXPECT_EQ(all_of(slide).pixels, wanted.pixels);
    EXPECT_THAT(slide.notes(),
                Contains("9 of the 12 tiles of the finest picture are not in the file and count as glass"));
    EXPECT_DOUBLE_EQ(slide.spacing().x_um_px, 0.5);
}

TEST_F(DicomSlideTest, FramesBetweenTheTilesAreRefusedByName) {
    auto made = plain_of(picture_);
    made.organisation = "TILED_SPARSE";
    made.frames.resize(1);
    made.places = {{10, 0}};
    const auto error = error_of([&] { write(made); });
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_THAT(error.cause(), HasSubstr("do not lie on a grid"));
}

TEST_F(DicomSlideTest, OfFocalPlanesTheMiddleOneIsReadAndOfOpticalPathsTheFirst) {
    auto made = plain_of(picture_);
    const auto wanted = made.frames;
    const std::vector<Bytes> other(wanted.size(), Bytes(wanted.front().size(), 9));
    made.focal_planes = 3;
    made.optical_paths = {"A", "B"};
    made.frames.clear();
    for (int path = 0; path < 2; ++path) {
        for (int plane = 0; plane < 3; ++plane) {
            const auto& frames = path == 0 && plane == 1 ? wanted : other;
            made.frames.insert(made.frames.end(), frames.begin(), frames.end());
        }
    }
    const auto slide = write(made);
    EXPECT_EQ(all_of(slide).pixels, picture_.pixels);
    EXPECT_THAT(slide.notes(), Contains("The slide has 3 focal planes, of which the middle one was read"));
    EXPECT_THAT(slide.notes(), Contains("The slide has 2 optical paths, of which the first (A) was read"));
    auto sparse = plain_of(picture_);
    sparse.organisation = "TILED_SPARSE";
    for (const double z : {4.0, 0.0, 2.0}) {
        for (int i = 0; i < 12; ++i) sparse.places.push_back({i % 4 * 64, i / 4 * 64, "A", z});
    }
    sparse.frames = other;
    sparse.frames.insert(sparse.frames.end(), other.begin(), other.end());
    sparse.frames.insert(sparse.frames.end(), wanted.begin(), wanted.end());
    EXPECT_EQ(all_of(write(sparse, "sparse.dcm")).pixels, picture_.pixels);
}

TEST_F(DicomSlideTest, PixelSpacingIsThatOfRowsThenOfColumns) {
    auto made = plain_of(picture_);
    made.spacing_mm = "0.0004\\0.0002";
    const auto spacing = write(made).spacing();
    EXPECT_DOUBLE_EQ(spacing.x_um_px, 0.2);
    EXPECT_DOUBLE_EQ(spacing.y_um_px, 0.4);
    EXPECT_EQ(spacing.place, "PixelSpacing");
}

TEST_F(DicomSlideTest, TheExtentOnTheGlassTellsThePixelSizeWherePixelsAreSquare) {
    auto made = plain_of(picture_);
    made.spacing_mm.clear();
    EXPECT_EQ(code_of([&] { (void)write(made).spacing(); }), ErrorCode::no_spacing);
    made.volume_width_mm = 0.1F, made.volume_height_mm = 0.075F;
    EXPECT_NEAR(write(made).spacing().x_um_px, 0.5, 1e-6);
    made.volume_height_mm = 0.1F;
    const auto error = error_of([&] { (void)write(made).spacing(); });
    EXPECT_EQ(error.code(), ErrorCode::bad_spacing);
    EXPECT_THAT(error.cause(), HasSubstr("square"));
}

TEST_F(DicomSlideTest, DataSetsOfImplicitRepresentationAreReadWithAndWithoutADictionary) {
    auto made = plain_of(picture_);
    made.implicit_vr = true;
    made.transfer_syntax = "1.2.840.10008.1.2";
    made.optical_paths = {"A"};
    made.icc_bytes = 300;
    const auto slide = write(made);
    EXPECT_EQ(all_of(slide).pixels, picture_.pixels);
    EXPECT_DOUBLE_EQ(slide.spacing().y_um_px, 0.5);
    EXPECT_EQ(slide.icc_profile_bytes(), 300U);
    EXPECT_EQ(slide.property("dicom.ObjectiveLensPower"), "40");
}

TEST_F(DicomSlideTest, ShrunkPixelsAreTheMeanOfThePicture) {
    for (const int tile : {64, 50, 36}) {
        const auto slide = write(plain_of(picture_, tile));
        for (const int shrink : {2, 4, 8}) {
            const Rect rect{-16, 8, 232, 160};
            const auto wanted = averaged(part_of(picture_, rect), static_cast<int>(rect.width) / shrink,
                                         static_cast<int>(rect.height) / shrink);
            EXPECT_EQ(slide.read_shrunk(0, rect, shrink).pixels, wanted.pixels) << tile << " " << shrink;
        }
    }
    const auto slide = write(made_of(picture_));
    EXPECT_TRUE(slide.shrinks_while_decoding(0));
    for (const int shrink : {2, 4, 8}) {
        const Rect rect{-16, 8, 232, 160};
        const auto wanted = averaged(part_of(through_jpeg(picture_, 64), rect), static_cast<int>(rect.width) / shrink,
                                     static_cast<int>(rect.height) / shrink);
        EXPECT_LE(mean_difference(slide.read_shrunk(0, rect, shrink), wanted), 2) << shrink;
    }
}

TEST_F(DicomSlideTest, APixelHasOneValueHoweverItIsAskedForAndByHowManyThreads) {
    const auto slide = write(made_of(picture_));
    const auto whole = all_of(slide);
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 40; ++i) {
                const Rect rect{(t * 37 + i * 11) % 180, (t * 23 + i * 7) % 130, 40, 35};
                EXPECT_EQ(slide.read(0, rect).pixels, part_of(whole, rect).pixels);
            }
        });
    }
    for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace slidetype
