#include "tiler/annotations/drawn_areas.h"

#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "tests/annotations/cases.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

class AnnotationCases : public ::testing::TestWithParam<AnnotationCase> {};

TEST_P(AnnotationCases, CountAsTheTableSays) {
    const TemporaryFolder folder;
    const auto file = folder / "drawn.dat";  // the name must not matter
    write_file(file, GetParam().bytes);
    if (GetParam().refused) {
        const auto error = error_of([&] { read_annotations(file); });
        EXPECT_TRUE(error.code() == ErrorCode::corrupt || error.code() == ErrorCode::unsupported) << error.what();
        EXPECT_EQ(error.subject(), file.string());
        EXPECT_FALSE(error.hint().empty()) << error.what();
        return;
    }
    const auto drawn = drawn_by_a_person(read_annotations(file));
    AnnotationCase::Counts areas;
    for (const auto& area : drawn.areas) ++areas[area.class_name];
    for (const auto& area : drawn.ignored) ++areas[area.class_name];
    EXPECT_EQ(areas, GetParam().areas);
    EXPECT_EQ(counts_of(drawn.passed_over), GetParam().passed_over);
}

INSTANTIATE_TEST_SUITE_P(Table, AnnotationCases, ::testing::ValuesIn(annotation_cases()), case_name);

TEST(DrawnAreas, TellWhatCountsAndWhatIsPassedOver) {
    DrawnAreas drawn;
    EXPECT_EQ(to_text(drawn), "0 areas");
    drawn.areas.resize(3);
    drawn.passed_over.detections = 532, drawn.passed_over.own_regions = 1;
    EXPECT_EQ(to_text(drawn), "3 areas; 532 detections and 1 region of slidetype's own passed over");
    drawn.areas.resize(1), drawn.ignored.resize(1), drawn.passed_over = {};
    EXPECT_EQ(to_text(drawn), "1 area, 1 area of class Ignore* cut out");
    drawn.passed_over = {.tiles = 2, .tma_cores = 1, .lines = 1, .points = 7, .shapeless = 1};
    EXPECT_EQ(to_text(drawn.passed_over), "2 tiles, 1 TMA core, 1 line, 7 points and 1 object without a shape");
}

TEST(DrawnAreas, OfClassIgnoreAreKeptApart) {
    for (const auto* name : {"Ignore*", "ignore*", "Ignore"}) EXPECT_TRUE(is_ignore_class(name)) << name;
    for (const auto* name : {"", "*", "Region*", "Ignored", "Ignore*: Positive"})
        EXPECT_FALSE(is_ignore_class(name)) << name;
}

}  // namespace
}  // namespace slidetype
