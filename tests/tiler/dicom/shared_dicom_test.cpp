// Genuine DICOM slides; skipped where the shared data are absent.
#include <gmock/gmock.h>

#include <memory>

#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/slide_pair.h"
#include "tiler/slides/slide.h"
#include "tiler/tiff/ycbcr.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::Contains;
using ::testing::HasSubstr;

/// The files were compressed anew from the twin's pixels, so these are not the same: they differ by 3.4 grey levels on
/// average, and by 114 at most, where chroma of fewer pixels meets the outline of a nucleus.
TEST(SharedDicom, ASlideOfTwelveFilesHasTheTissueOfItsTwin) {
    SLIDETYPE_SHARED_OR_SKIP(folder, "slides/dicom_cmu1_small_region");
    SLIDETYPE_SHARED_OR_SKIP(twin_path, "slides/aperio_CMU-1-Small-Region.svs");
    const Slide slide(folder), twin(twin_path);
    ASSERT_EQ(slide.levels().size(), 12U);
    EXPECT_EQ(slide.width(), twin.width());
    EXPECT_EQ(slide.height(), twin.height());
    EXPECT_DOUBLE_EQ(slide.spacing().x_um_px, twin.spacing().x_um_px);
    const Rect inner{8, 8, 2200, 2944};
    const auto ours = slide.read(0, inner);
    const double there = mean_difference(ours, twin.read(0, inner));
    EXPECT_LE(there, 4);
    for (const Rect& beside :
         {Rect{7, 8, 2200, 2944}, Rect{9, 8, 2200, 2944}, Rect{8, 7, 2200, 2944}, Rect{8, 9, 2200, 2944}})
        EXPECT_GT(mean_difference(ours, twin.read(0, beside)), there) << "the pixels lie at their places";
    const Rect all{0, 0, 2216, 2960};
    EXPECT_LE(mean_difference(slide.read_shrunk(0, all, 4), twin.read_shrunk(0, all, 4)), 2);
    EXPECT_THAT(slide.notes(), ::testing::ElementsAre(HasSubstr("calls its colours RGB")));
}

TEST(SharedDicom, ASlideWithoutPixelSizeAsksForOne) {
    SLIDETYPE_SHARED_OR_SKIP(path, "slides/dicom_pathml_small.dcm");
    const Slide slide(path);
    EXPECT_EQ(slide.width(), 3236);
    EXPECT_EQ(slide.height(), 2638);
    const auto error = error_of([&] { (void)slide.spacing(); });
    EXPECT_EQ(error.code(), ErrorCode::bad_spacing);
    EXPECT_THAT(error.cause(), HasSubstr("ImagedVolumeWidth"));
    EXPECT_THAT(error.hint(), HasSubstr("--spacing"));
    EXPECT_NO_THROW((void)slide.read(0, {3000, 2500, 236, 138}));
}

TEST(SharedDicom, AnOverviewSaysHowCoarseItIs) {
    SLIDETYPE_SHARED_OR_SKIP(path, "slides/dicom_camelyon_multiframe.dcm");
    const Slide slide(path);
    EXPECT_NEAR(slide.spacing().x_um_px, 28.969, 0.001);
    EXPECT_THAT(slide.notes(), Contains(HasSubstr("resampled from a finer one")));
}

TEST(SharedDicom, SmallObjectsOfOtherProgramsAreRead) {
    SLIDETYPE_SHARED_OR_SKIP(path, "slides/dicom_highdicom_sm_image.dcm");
    const Slide slide(path);
    EXPECT_EQ(slide.width(), 50);
    EXPECT_GT(slide.icc_profile_bytes(), 0U);
    EXPECT_NO_THROW((void)slide.read(0, {0, 0, 50, 50}));
    SLIDETYPE_SHARED_OR_SKIP(boxes, "slides/dicom_boxes");
    EXPECT_EQ(Slide(boxes).levels().size(), 1U) << "the other file is a thumbnail";
}

/// OpenSlide reads DICOM from version 4 on, where it was built so. It goes by what the file calls its colours, so those
/// of the slide that calls them wrongly are turned here.
TEST(SharedDicom, PixelsAreThoseOfOpenSlideWhereItReadsThem) {
    for (const std::string name : {"dicom_camelyon_multiframe.dcm", "dicom_highdicom_sm_image.dcm",
                                   "dicom_cmu1_small_region/level-0-frames-0-30.dcm"}) {
        SLIDETYPE_SHARED_OR_SKIP(path, "slides/" + name);
        std::unique_ptr<Slide> theirs;
        try {
            theirs = std::make_unique<Slide>(path, PixelPath::openslide_only);
        } catch (const Error& error) {
            GTEST_SKIP() << "this OpenSlide reads no DICOM: " << error.what();
        }
        const Slide ours(path);
        ASSERT_EQ(ours.levels().size(), theirs->levels().size());
        for (std::size_t i = 0; i < ours.levels().size(); ++i) {
            EXPECT_EQ(ours.levels()[i].width, theirs->levels()[i].width);
            EXPECT_EQ(ours.levels()[i].height, theirs->levels()[i].height);
        }
        const Rect all{0, 0, ours.width(), ours.height()};
        auto wanted = theirs->read(0, all);
        for (std::size_t i = 0; name.starts_with("dicom_cmu1") && i < wanted.pixels.size(); i += 3)
            from_ycbcr(wanted.pixels.data() + i);
        EXPECT_EQ(ours.read(0, all).pixels, wanted.pixels) << name;
    }
}

}  // namespace
}  // namespace slidetype
