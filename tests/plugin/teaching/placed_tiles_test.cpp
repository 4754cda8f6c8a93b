#include "plugin/teaching/placed_tiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PlacedTilesTest : public ::testing::Test {
  protected:
    PlacedTilesTest() { testing::write_tissue_slide(folder / "a.tiff", 1536, 1280); }

    PlacedSlide slide(const std::string& name, std::vector<PlacedTile> tiles) const {
        return {{folder / name, "patient", 2, Part::none},
                [tiles = std::move(tiles)](const Slide&, const Spacing&) { return tiles; }};
    }
    PlacedCut cut(const std::vector<PlacedSlide>& slides, const std::string& into = "tiles") const {
        return cut_placed_tiles(slides, folder / into, {.patch_size_px = 64, .spacing_um_px = 1, .threads = 2});
    }

    testing::TemporaryFolder folder;
};

TEST_F(PlacedTilesTest, BecomeLabelledPicturesOfTheirPatient) {
    const auto made = cut({slide("a.tiff", {{{700, 600}, 1}, {{600, 600}, kBenignLabel}})});
    EXPECT_THAT(made.tiles, ElementsAre(0, 1, 1));
    ASSERT_EQ(made.pictures.size(), 1U);
    EXPECT_EQ(made.pictures[0][0].file, "a/636_536_LUSC.png");
    EXPECT_EQ(made.pictures[0][0].rect, (Rect{636, 536, 128, 128}));
    EXPECT_EQ(made.pictures[0][1].file, "a/536_536_benign.png");
    EXPECT_TRUE(fs::exists(folder / "tiles/a/636_536_LUSC.png"));
    EXPECT_THAT(read_file(made.manifest), HasSubstr("a/636_536_LUSC.png,LUSC,patient,"));
}

TEST_F(PlacedTilesTest, ThatLieAtTheSamePlaceAreOnePicture) {
    const auto made = cut({slide("a.tiff", {{{700, 600}, 1}, {{700.2, 600}, 1}})});
    EXPECT_THAT(made.tiles, ElementsAre(0, 1, 0));
    EXPECT_THAT(made.pictures[0][1].file, IsEmpty());
}

TEST_F(PlacedTilesTest, OfASlideThatFailsDoNotStopTheOthers) {
    write_file(folder / "b.tiff", "no slide");
    const auto made =
        cut({slide("b.tiff", {{{10, 10}, 0}}), slide("a.tiff", {{{5000, 10}, 0}}), slide("a.tiff", {{{700, 600}, 0}})});
    EXPECT_EQ(made.slides, 1U);
    EXPECT_THAT(made.problems, ElementsAre(HasSubstr("b.tiff"), HasSubstr("1536 x 1280")));
}

TEST_F(PlacedTilesTest, WhereThereAreNoneAreAnError) {
    const auto error = testing::error_of([&] { cut({slide("gone.tiff", {{{10, 10}, 0}})}); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr("give no tile to train on: "));
    EXPECT_EQ(testing::code_of([&] { cut({}); }), ErrorCode::bad_data);
}

}  // namespace
}  // namespace slidetype
