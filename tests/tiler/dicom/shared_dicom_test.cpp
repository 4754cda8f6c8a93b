// Genuine DICOM slides; skipped where the shared data are absent.
#include <gmock/gmock.h>

#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/slide_pair.h"
#include "tiler/slides/slide.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST(SharedDicom, ASlideOfTwelveFilesHasTheTissueOfItsTwin) {
    SLIDETYPE_SHARED_OR_SKIP(folder, "slides/dicom_cmu1_small_region");
    SLIDETYPE_SHARED_OR_SKIP(twin_path, "slides/aperio_CMU-1-Small-Region.svs");
    const Slide slide(folder), twin(twin_path);
    ASSERT_EQ(slide.levels().size(), 12U);
    EXPECT_EQ(slide.width(), twin.width());
    EXPECT_EQ(slide.height(), twin.height());
    EXPECT_DOUBLE_EQ(slide.spacing().x_um_px, twin.spacing().x_um_px);
    const Rect all{0, 0, slide.width(), slide.height()};
    const auto ours = slide.read(0, all), theirs = twin.read(0, all);
    printf("mean %f largest %d\n", mean_difference(ours, theirs), largest_difference(ours, theirs));
    EXPECT_THAT(slide.notes(), Contains(HasSubstr("calls its colours RGB")));
}

}  // namespace
}  // namespace slidetype
