// The server of the viewer over the one table of what counts of a file of annotations: what it sends counts as the
// table says, and a save loses none of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "plugin/viewer/annotation_file.h"
#include "tests/annotations/cases.h"
#include "tests/support.h"

namespace slidetype::viewer {
namespace {

using slidetype::testing::AnnotationCase;
using ::testing::HasSubstr;

struct Counts {
    AnnotationCase::Counts areas, passed_over;
    bool operator==(const Counts&) const = default;
};

void PrintTo(const Counts& counts, std::ostream* out) {
    *out << ::testing::PrintToString(counts.areas) << " and " << ::testing::PrintToString(counts.passed_over);
}

Counts counted(const std::string& geojson) {
    const auto drawn = drawn_by_a_person(parse_annotations(geojson, "annotations"));
    Counts counts;
    for (const auto* list : {&drawn.areas, &drawn.ignored}) {
        for (const auto& area : *list) ++counts.areas[area.class_name];
    }
    counts.passed_over = slidetype::testing::counts_of(drawn.passed_over);
    return counts;
}

class ViewerAnnotationCases : public ::testing::TestWithParam<AnnotationCase> {};

TEST_P(ViewerAnnotationCases, CountAsTheTableSaysWhenTheyAreShownAndAfterTheyWereSaved) {
    const auto& one = GetParam();
    const slidetype::testing::TemporaryFolder folder;
    const AnnotationFile file(folder / "slide", folder / "slide.geojson", Rect{1000, 2000, 0, 0});
    write_file(folder / "slide.geojson", one.bytes);
    if (one.refused) {
        try {
            (void)file.read();
            FAIL() << "was read";
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("slide.geojson"));
            EXPECT_NE(error.hint(), "");
            EXPECT_TRUE(file.unreadable());
        }
        return;
    }
    const auto shown = file.read();
    const Counts right = {one.areas, one.passed_over};
    EXPECT_EQ(counted(shown), right);
    file.write(shown);
    EXPECT_EQ(counted(read_file(file.file())), right);
    EXPECT_EQ(read_file(folder / "slide.geojson"), one.bytes);
    const auto again = file.read();
    file.write(again);
    EXPECT_EQ(file.read(), again) << "a save changes nothing";
}

INSTANTIATE_TEST_SUITE_P(Table, ViewerAnnotationCases, ::testing::ValuesIn(slidetype::testing::annotation_cases()),
                         slidetype::testing::case_name);

}  // namespace
}  // namespace slidetype::viewer
