#include "bench/cross_validation/scanner_slides.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "tests/plugin/gated_model.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

using ::testing::HasSubstr;

TEST(ScannerSlides, TellWhatEveryModelSaysOfEverySlideAndWhyOneIsRefused) {
    const testing::TemporaryFolder folder;
    std::filesystem::create_directories(folder / "slides");
    testing::write_tissue_slide(folder / "slides/disc.tiff", 1600, 1600);
    write_file(folder / "torn.tiff", "no slide");
    write_file(folder / "list.csv", "file,what,spacing\ndisc.tiff,a disc,\ntorn.tiff,a torn file,0.5\n");
    testing::write_gated_model(folder / "open");
    testing::write_gated_model(folder / "strict", {.guard_threshold = 1e-6});

    const auto slides = read_scanner_slides(folder / "list.csv", folder / "slides");
    ASSERT_EQ(slides.size(), 2U);
    EXPECT_EQ(slides[0].file, folder / "slides/disc.tiff");
    EXPECT_FALSE(slides[0].spacing_um_px);
    EXPECT_EQ(slides[1].file, folder / "torn.tiff");
    EXPECT_EQ(slides[1].spacing_um_px, 0.5);

    const std::vector<std::pair<std::string, std::filesystem::path>> models = {{"open", folder / "open"},
                                                                               {"strict", folder / "strict"}};
    int said = 0;
    const auto text = scanner_slides_table(slides, models, 1, [&](const std::string&) { ++said; });
    EXPECT_EQ(said, 4);
    EXPECT_THAT(text, ::testing::ContainsRegex(
                          "a disc \\| `open` \\| 0\\.[0-9]+ ± 0\\.[0-9]+ \\| [1-9][0-9]* \\| 0 \\| 0 \\|"));
    EXPECT_THAT(text,
                ::testing::ContainsRegex(
                    "a disc \\| `strict` \\| 0\\.[0-9]+ ± 0\\.[0-9]+ \\| 0 \\| 0 \\| [1-9][0-9]* \\| indeterminate"));
    EXPECT_THAT(text, HasSubstr("a torn file | `strict` |  |  |  |  | refused: "));
}

}  // namespace
}  // namespace slidetype::bench
