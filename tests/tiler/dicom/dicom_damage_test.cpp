// DICOM files that are damaged, of another kind, or written to do harm: each is refused with its reason, or fails tile
// by tile.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/support.h"
#include "tests/tiler/dicom/made_dicom.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/tiff_slide.h"
#include "tiler/slides/slide.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::Contains;
using ::testing::HasSubstr;

class DicomDamageTest : public ::testing::Test {
  protected:
    Slide write(const MadeDicom& made) {
        write_dicom(path_, made);
        return Slide(path_);
    }
    /// Refused, for a reason that names this.
    void expect_refused(const MadeDicom& made, ErrorCode code, const std::string& word) {
        const auto error = error_of([&] { write(made); });
        EXPECT_EQ(error.code(), code) << error.what();
        EXPECT_THAT(error.cause(), HasSubstr(word));
    }
    /// The first bytes as the file, which need not last.
    void put(const Bytes& bytes, std::size_t count) {
        std::ofstream(path_, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(count));
    }
    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "slide.dcm";
    RgbImage picture_ = tissue_like_picture(200, 150);
};

TEST_F(DicomDamageTest, ObjectsOfOtherKindsAreNamed) {
    auto made = plain_of(picture_);
    made.sop_class = "1.2.840.10008.5.1.4.1.1.2";
    expect_refused(made, ErrorCode::unsupported, "CTImageStorage");
    made.sop_class = "1.2.840.10008.5.1.4.1.1.66.4";
    expect_refused(made, ErrorCode::unsupported, "SegmentationStorage");
    made.sop_class = "1.2.840.10008.1.3.10";
    expect_refused(made, ErrorCode::unsupported, "MediaStorageDirectoryStorage");
    made.sop_class = "1.2.3.4.5";
    expect_refused(made, ErrorCode::unsupported, "1.2.3.4.5");
}

TEST_F(DicomDamageTest, PicturesWithoutColourOrOfMoreBitsAreNamed) {
    auto made = plain_of(picture_);
    made.samples = 1;
    made.photometric = "MONOCHROME2";
    expect_refused(made, ErrorCode::unsupported, "grey values (MONOCHROME2)");
    made = plain_of(picture_);
    made.bits = 12;
    expect_refused(made, ErrorCode::unsupported, "12 bits");
    made = plain_of(picture_);
    made.photometric = "YBR_FULL_422";
    expect_refused(made, ErrorCode::unsupported, "YBR_FULL_422");
}

TEST_F(DicomDamageTest, CodingsThatAreNotReadAreNamed) {
    const std::pair<const char*, const char*> codings[] = {{"1.2.840.10008.1.2.4.70", "JPEG Lossless"},
                                                           {"1.2.840.10008.1.2.4.80", "JPEG-LS"},
                                                           {"1.2.840.10008.1.2.5", "RLE"},
                                                           {"1.2.840.10008.1.2.4.107", "HEVC"},
                                                           {"1.2.840.10008.1.2.1.99", "Deflated"},
                                                           {"1.2.840.10008.1.2.2", "Big Endian"},
                                                           {"1.2.840.10008.1.2.4.202", "High-Throughput"},
                                                           {"1.2.3", "not known"}};
    for (const auto& [uid, name] : codings) {
        auto made = made_of(picture_);
        made.transfer_syntax = uid;
        expect_refused(made, ErrorCode::unsupported, name);
    }
}

TEST_F(DicomDamageTest, OneBadFrameIsOneFailedTile) {
    for (const bool table : {true, false}) {
        auto made = made_of(picture_);
        made.offsets = table ? MadeDicom::Offsets::basic : MadeDicom::Offsets::none;
        auto& frame = made.frames[5];
        std::fill(frame.begin() + 200, frame.end(), std::uint8_t{0});
        const auto slide = write(made);
        const auto error = error_of([&] { (void)slide.read(0, {64, 64, 10, 10}); });
        EXPECT_EQ(error.code(), ErrorCode::corrupt);
        EXPECT_THAT(error.cause(), HasSubstr("tile 1, 1"));
        EXPECT_NO_THROW((void)slide.read(0, {128, 64, 60, 60}));
        EXPECT_NO_THROW((void)slide.read(0, {0, 0, 64, 64}));
    }
}

TEST_F(DicomDamageTest, AnEmptyFrameIsGlass) {
    auto made = made_of(picture_);
    made.frames[5].clear();
    const auto slide = write(made);
    EXPECT_EQ(slide.read(0, {64, 64, 64, 64}).pixels, std::vector<std::uint8_t>(64 * 64 * 3, 255));
    EXPECT_THAT(slide.notes(),
                Contains("1 of the 12 tiles of the finest picture is not in the file and counts as glass"));
}

TEST_F(DicomDamageTest, AFileThatIsCutShortIsToldAndItsLastTilesFail) {
    for (const auto offsets : {MadeDicom::Offsets::basic, MadeDicom::Offsets::none, MadeDicom::Offsets::extended}) {
        auto made = made_of(picture_);
        made.offsets = offsets;
        write_dicom(path_, made);
        std::uintmax_t frames = 0;
        for (const auto& frame : made.frames) frames += frame.size() + 8;
        std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - frames / 2);
        const Slide slide(path_);
        EXPECT_THAT(slide.notes(), Contains(HasSubstr("The file is cut short")));
        EXPECT_NO_THROW((void)slide.read(0, {0, 0, 64, 64}));
        EXPECT_EQ(code_of([&] { (void)slide.read(0, {192, 128, 8, 8}); }), ErrorCode::corrupt);
    }
    auto plain = plain_of(picture_);
    write_dicom(path_, plain);
    std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 5 * 64 * 64 * 3);
    const Slide slide(path_);
    EXPECT_THAT(slide.notes(), Contains(HasSubstr("5 of the 12 frames of the picture are not in it")));
    EXPECT_EQ(code_of([&] { (void)slide.read(0, {192, 128, 8, 8}); }), ErrorCode::corrupt);
}

TEST_F(DicomDamageTest, EveryLengthOfAFileIsRefusedOrOpened) {
    auto made = made_of(tissue_like_picture(100, 60));
    made.optical_paths = {"A"};
    const auto bytes = dicom_bytes(made);
    int opened = 0;
    for (std::size_t length = 0; length < bytes.size(); length += length < 1200 ? 3 : 97) {
        put(bytes, length);
        try {
            const Slide slide(path_);
            ++opened;
            (void)slide.read(0, {0, 0, 100, 60});
        } catch (const Error& error) {
            EXPECT_NE(error.code(), ErrorCode::internal) << length;
        }
    }
    EXPECT_GT(opened, 0);
}

TEST_F(DicomDamageTest, EveryFlippedBitIsRefusedOrOpened) {
    auto made = made_of(tissue_like_picture(100, 60));
    made.organisation = "TILED_SPARSE";
    made.spacing_per_frame = true;
    made.places = {{0, 0}, {64, 0}};
    made.frames.resize(2);
    const auto bytes = dicom_bytes(made);
    for (std::size_t at = 128; at < bytes.size(); at += at < 2000 ? 1 : 53) {
        auto damaged = bytes;
        damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ 1U << (at % 8));
        put(damaged, damaged.size());
        try {
            const Slide slide(path_);
            (void)slide.read(0, {0, 0, 100, 60});
        } catch (const Error& error) {
            EXPECT_NE(error.code(), ErrorCode::internal) << at;
        }
    }
}

TEST_F(DicomDamageTest, HostileFiguresAreRefused) {
    auto made = made_of(picture_);
    made.total_columns = 0xFFFFFFFF;
    expect_refused(made, ErrorCode::corrupt, "impossible size");
    made = made_of(picture_);
    made.rows = 65535, made.columns = 65535;
    expect_refused(made, ErrorCode::unsupported, "65535 x 65535");
    made = made_of(picture_);
    made.rows = 0;
    expect_refused(made, ErrorCode::corrupt, "impossible size");
    for (const auto* frames : {"2147483647", "-5", "0", "x"}) {
        made = made_of(picture_);
        made.frames_claimed = frames;
        EXPECT_EQ(code_of([&] { write(made); }), ErrorCode::corrupt) << frames;
    }
    made = made_of(picture_);
    made.nesting = 10'000;
    for (const bool implicit : {false, true}) {
        made.implicit_vr = implicit;
        if (implicit) made.transfer_syntax = "1.2.840.10008.1.2";
        expect_refused(made, ErrorCode::corrupt, "nest too deeply");
    }
    made = plain_of(picture_);
    made.organisation = "TILED_SPARSE";
    made.places.assign(12, {-100000, 2000000000});
    EXPECT_EQ(write(made).read(0, {0, 0, 10, 10}).pixels, std::vector<std::uint8_t>(300, 255));
}

TEST_F(DicomDamageTest, AnObjectWithoutPixelsIsCorrupt) {
    auto made = made_of(picture_);
    made.frames.clear();
    made.frames_claimed = "12";
    EXPECT_EQ(code_of([&] { write(made); }), ErrorCode::corrupt);
}

TEST_F(DicomDamageTest, WhatIsOnlyNamedLikeDicomIsToldSo) {
    std::ofstream(path_) << std::string(500, 'x');
    const auto error = error_of([&] { Slide slide(path_); });
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_THAT(error.cause(), HasSubstr("does not begin as one"));
}

}  // namespace
}  // namespace slidetype
