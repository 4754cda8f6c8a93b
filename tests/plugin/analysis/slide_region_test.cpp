#include "plugin/analysis/slide_region.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/words.h"
#include "tests/annotations/cases.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr SlideExtent kSlide = {3000, 2000};

class RegionCases : public ::testing::TestWithParam<AnnotationCase> {};

TEST_P(RegionCases, CountAsTheTableSays) {
    const TemporaryFolder folder;
    const auto file = folder / "drawn.dat";
    write_file(file, GetParam().bytes);
    const auto read = [&] { return read_region(file, {}, kSlide); };
    std::size_t areas = 0;
    for (const auto& [name, count] : GetParam().areas) areas += is_ignore_class(name) ? 0 : count;
    if (areas > 0) {
        EXPECT_THAT(read().text, StartsWith(counted(areas, "area")));
        return;
    }
    const auto error = error_of(read);
    EXPECT_EQ(error.subject(), file.string());
    EXPECT_FALSE(error.hint().empty());
    EXPECT_EQ(error.code() == ErrorCode::bad_data, !GetParam().refused) << error.what();
}

INSTANTIATE_TEST_SUITE_P(Table, RegionCases, ::testing::ValuesIn(annotation_cases()), case_name);

std::string polygon(const std::string& ring, const std::string& properties = "{}") {
    return R"({"type":"Feature","geometry":{"type":"Polygon","coordinates":[)" + ring + R"(]},"properties":)" +
           properties + "}";
}

class SlideRegionTest : public ::testing::Test {
  protected:
    SlideRegion read(const std::string& text, const Rect& offset = {}) const {
        write_file(folder / "roi.geojson", text);
        return read_region(folder / "roi.geojson", offset, kSlide);
    }
    Error refusal(const std::string& text, const Rect& offset = {}) const {
        return error_of([&] { read(text, offset); });
    }
    TemporaryFolder folder;
};

const std::string kArea = "[[0,0],[900,0],[900,900],[0,900]]", kBeside = "[[-900,-900],[-400,-900],[-400,-400]]";

TEST_F(SlideRegionTest, NamesWhatAloneIsThere) {
    EXPECT_THAT(refusal("[]").cause(), HasSubstr("holds no area that a person drew, so"));
    const auto own = refusal(polygon(kArea, R"({"isLocked":true,"measurements":{"scored_tiles":1}})"));
    EXPECT_THAT(own.cause(), HasSubstr("only 1 region of slidetype's own, so there is no region"));
    EXPECT_THAT(own.hint(), HasSubstr("unlock"));
    EXPECT_THAT(refusal(polygon(kArea, R"({"classification":"Ignore*"})")).cause(),
                HasSubstr("only 1 area of class Ignore*, so"));
    EXPECT_EQ(own.code(), ErrorCode::bad_data);
}

TEST_F(SlideRegionTest, ThatLiesBesideTheSlideOrHasNoExtentIsRefused) {
    const auto beside = refusal(polygon(kBeside));
    EXPECT_THAT(beside.cause(), HasSubstr("from (-900, -900) to (-400, -400), and the slide has 3000 x 2000 pixels"));
    EXPECT_THAT(beside.hint(), HasSubstr("another slide"));
    EXPECT_THAT(refusal(polygon("[[1,1],[2,1],[2,2]]"), {9000, 0, 3000, 2000}).hint(), HasSubstr("--keep-offset"));
    EXPECT_THAT(refusal(polygon("[[5,5],[5,5],[5,5]]")).cause(), HasSubstr("without any extent"));
    EXPECT_THAT(read("[" + polygon(kArea) + "," + polygon(kBeside) + "]").text,
                HasSubstr("2 areas; 1 of 2 outlines lies beside the slide"));
}

TEST_F(SlideRegionTest, IsMovedByTheOffsetAndHasWhatIsIgnoredCutOut) {
    const auto region =
        read("[" + polygon(kArea) + "," +
                 polygon("[[100,100],[200,100],[200,200],[100,200]]", R"({"classification":"Ignore*"})") + "]",
             {1000, 500, 0, 0});
    EXPECT_EQ(region.text, "1 area, 1 area of class Ignore* cut out");
    EXPECT_THAT(region.region.spans_at(650),
                ::testing::ElementsAre(::testing::Pair(1000, 1100), ::testing::Pair(1200, 1900)));
}

TEST_F(SlideRegionTest, TellsWhyItHasNoTileToScore) {
    const auto region = read(polygon(kArea));
    TileGrid grid;
    grid.tile_width = 224.4;
    grid.tiles.resize(2);
    EXPECT_EQ(describe(region, grid), "Region of interest: 1 area");
    for (auto& tile : grid.tiles) tile.status = TileStatus::outside_roi;
    EXPECT_THAT(describe(region, grid), HasSubstr("the centre of no tile, since tiles are about 224 pixels wide"));
    grid.tiles[0].status = TileStatus::background;
    EXPECT_THAT(describe(region, grid), HasSubstr("too little tissue in it"));
}

}  // namespace
}  // namespace slidetype
