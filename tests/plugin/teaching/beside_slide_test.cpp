#include "plugin/teaching/beside_slide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "plugin/teaching/annotated_slides.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BesideSlideTest : public ::testing::Test {
  protected:
    void slide(const std::string& name) const { testing::write_tissue_slide(folder / name, 300, 300); }
    void file(const std::string& name, const std::string& content = R"({"type":"FeatureCollection","features":[]})",
              int hours_old = 0) const {
        write_file(folder / name, content);
        fs::last_write_time(folder / name, fs::file_time_type::clock::now() - std::chrono::hours(hours_old));
    }
    AnnotationsBeside beside(const std::string& name) const { return AnnotationFinder().beside(folder / name); }
    std::string found(const std::string& name) const { return beside(name).file.filename().string(); }
    std::string no_annotations(const std::string& name) const {
        return no_annotations_text(folder / name, beside(name));
    }

    testing::TemporaryFolder folder;
};

TEST_F(BesideSlideTest, AnnotationsAreFoundUnderEitherNameAndWithEveryEnding) {
    slide("a.tiff");
    EXPECT_EQ(found("a.tiff"), "");
    for (const auto* name :
         {"a.geojson", "a.tiff.geojson", "a.geojson.gz", "a.GEOJSON.GZ", "a.json", "a.tiff.GeoJSON"}) {
        file(name);
        EXPECT_EQ(found("a.tiff"), name);
        fs::remove(folder / name);
    }
    file("a.zip", "PK\3\4 … a.geojson");
    EXPECT_EQ(found("a.tiff"), "a.zip");
}

TEST_F(BesideSlideTest, FilesThatHoldSomethingElseAreNotTaken) {
    slide("a.tiff");
    file("a.json", R"({"scanner":"x"})");
    file("a.zip", "PK\3\4 … a.tiff");
    EXPECT_EQ(found("a.tiff"), "");
    file("a.geojson", "{ broken");
    EXPECT_EQ(found("a.tiff"), "a.geojson") << "so that what is wrong with it is said";
}

TEST_F(BesideSlideTest, TheEndingOfAnOmeTiffIsOne) {
    slide("case.ome.tiff");
    file("case.geojson");
    EXPECT_EQ(found("case.ome.tiff"), "case.geojson");
    fs::remove(folder / "case.geojson");
    file("case.ome.geojson");
    EXPECT_EQ(found("case.ome.tiff"), "case.ome.geojson");
}

TEST_F(BesideSlideTest, AShortNameOfTwoSlidesIsThatOfNeither) {
    slide("case1.svs"), slide("case1.tiff");
    file("case1.geojson");
    EXPECT_EQ(found("case1.svs"), "");
    EXPECT_EQ(found("case1.tiff"), "");
    EXPECT_THAT(no_annotations("case1.svs"),
                HasSubstr(R"("case1.geojson" for its annotations, since "case1.svs", "case1.tiff" have)"));
    EXPECT_THAT(no_annotations("case1.svs"), HasSubstr(R"(as "case1.svs.geojson")"));
    file("case1.svs.geojson");
    EXPECT_EQ(found("case1.svs"), "case1.svs.geojson");
    EXPECT_EQ(found("case1.tiff"), "");
    const auto all = find_annotated_slides(folder.path());
    EXPECT_EQ(all.slides.size(), 1U);
    EXPECT_EQ(all.problems.size(), 1U);
}

TEST_F(BesideSlideTest, OfTwoTheNewerIsTakenAndTheOtherNamed) {
    slide("a.tiff");
    file("a.tiff.geojson", "[]", 30'000);
    file("a.geojson");
    EXPECT_EQ(found("a.tiff"), "a.geojson");
    EXPECT_EQ(choice_text(folder / "a.tiff", beside("a.tiff")),
              R"("a.geojson" is taken for the annotations of a.tiff; "a.tiff.geojson", which is older, is not)");
    file("a.tiff.geojson");
    EXPECT_EQ(found("a.tiff"), "a.tiff.geojson") << "of the same time the whole name comes first";
    EXPECT_EQ(choice_text(folder / "a.tiff", beside("a.tiff")),
              R"("a.tiff.geojson" is taken for the annotations of a.tiff; "a.geojson" is not)");
    EXPECT_EQ(find_annotated_slides(folder / "a.tiff").notes.size(), 1U);
}

TEST_F(BesideSlideTest, WhatLiesNearIsNamedWhereNothingFits) {
    slide("b.tiff"), slide("b2.tiff");
    file("b.tiff - resolution #1.geojson");
    file("b2.geojson");
    EXPECT_THAT(beside("b.tiff").near, ElementsAre(folder / "b.tiff - resolution #1.geojson"));
    EXPECT_EQ(no_annotations("b.tiff"),
              "has no annotations beside it (b.tiff.geojson or b.geojson); \"b.tiff - resolution #1.geojson\" lies "
              "there: give it the slide's name if it belongs to it");
    EXPECT_THAT(beside("b2.tiff").near, IsEmpty());
}

TEST_F(BesideSlideTest, OneFileIsNeverTakenForTwoSlides) {
    slide("a.tiff"), slide("b.tiff"), slide("c.tiff");
    file("x.geojson"), file("c.geojson");
    write_file(folder / "m.csv", "slide,annotations\na.tiff,x.geojson\nb.tiff,x.geojson\nc.tiff,\n");
    const auto found = find_annotated_slides(folder / "m.csv");
    EXPECT_EQ(found.slides.size(), 1U);
    ASSERT_EQ(found.problems.size(), 2U);
    EXPECT_THAT(found.problems[0], HasSubstr("a.tiff: its annotations"));
    EXPECT_THAT(found.problems[0], HasSubstr("b.tiff"));
}

}  // namespace
}  // namespace slidetype
