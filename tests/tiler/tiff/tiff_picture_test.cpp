// What a file is comes before what is wrong with it.
#include "tiler/tiff/tiff_picture.h"

#include <gmock/gmock.h>
#include <tiff.h>

#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/tiff_slide.h"
#include "tiler/slides/slide.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::HasSubstr;

class TiffPictureTest : public ::testing::Test {
  protected:
    void write(const TiffSlide& options = {}) { write_tiff_slide(path_, tissue_like_picture(300, 200), options); }
    Error refusal() {
        return error_of([&] { Slide slide(path_); });
    }
    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "slide.tiff";
};

TEST_F(TiffPictureTest, OfAnotherKindIsUnsupportedAndNotCorrupt) {
    struct Case {
        std::uint16_t tag;
        std::uint32_t value;
        const char* cause;
    };
    for (const auto& [tag, value, cause] :
         {Case{TIFFTAG_COMPRESSION, 34712, "JPEG 2000"}, Case{TIFFTAG_COMPRESSION, 33003, "Aperio's way"},
          Case{TIFFTAG_COMPRESSION, 50002, "JPEG XL"}, Case{TIFFTAG_COMPRESSION, 60000, "compression 60000"},
          Case{TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK, "grey"},
          Case{TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE, "grey"},
          Case{TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_LOGLUV, "PhotometricInterpretation 32845"},
          Case{TIFFTAG_BITSPERSAMPLE, 16, "16 bits per sample"}, Case{TIFFTAG_BITSPERSAMPLE, 32, "32 bits"},
          Case{TIFFTAG_SAMPLESPERPIXEL, 1, "grey"}, Case{TIFFTAG_SAMPLESPERPIXEL, 2, "grey"}}) {
        write();
        set_tag(path_, tag, value);
        const auto error = refusal();
        EXPECT_EQ(error.code(), ErrorCode::unsupported) << cause;
        EXPECT_THAT(error.cause(), HasSubstr(cause));
        EXPECT_THAT(error.hint(), ::testing::Not(HasSubstr("copy"))) << "nothing is wrong with the file";
        EXPECT_FALSE(error.hint().empty()) << cause;
    }
}

TEST_F(TiffPictureTest, InPlanesSaysHowManyThereAre) {
    TiffSlide options;
    options.levels = 3;
    options.pad_to = 512;  // all directories claim 512 × 512
    write(options);
    set_tag(path_, TIFFTAG_SAMPLESPERPIXEL, 1);
    EXPECT_THAT(refusal().cause(), HasSubstr("holds 3 grey pictures of one size"));
}

TEST_F(TiffPictureTest, InOneHugeTileIsRefusedAtOnce) {
    write();
    set_tag(path_, TIFFTAG_TILEWIDTH, 16384);
    set_tag(path_, TIFFTAG_TILELENGTH, 16384);
    const auto error = refusal();
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_THAT(error.cause(), HasSubstr("tiles of 16384 × 16384"));
    EXPECT_THAT(error.hint(), HasSubstr("256 or 512"));
}

TEST_F(TiffPictureTest, WithColoursOfPrintIsReadAndNoted) {
    write();
    set_tag(path_, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_SEPARATED);
    const Slide slide(path_);
    ASSERT_EQ(slide.notes().size(), 1U);
    EXPECT_THAT(slide.notes()[0], HasSubstr("CMYK"));
}

TEST_F(TiffPictureTest, InStripsSaysSo) {
    write_plain_tiff(path_);
    const auto error = refusal();
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_THAT(error.cause(), HasSubstr("grey"));
}

TEST_F(TiffPictureTest, IsTheFinestOfTheFile) {
    TiffSlide options;
    options.levels = 2;
    write(options);
    const auto file = ReadOnlyFile::open(path_);
    const auto picture = finest_picture(*file);
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->width, 300);
    EXPECT_EQ(picture->tile_width, 64);
    EXPECT_EQ(picture->samples, 3);
    EXPECT_EQ(picture->bits, 8);
    EXPECT_EQ(finest_picture(*file, 150, 100)->width, 150) << "the one that is asked for";
    EXPECT_FALSE(why_unsupported(*picture, false));
}

}  // namespace
}  // namespace slidetype
