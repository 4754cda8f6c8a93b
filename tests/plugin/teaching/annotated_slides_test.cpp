#include "plugin/teaching/annotated_slides.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AnnotatedSlidesTest : public ::testing::Test {
  protected:
    AnnotatedSlidesTest() {
        for (const auto* name : {"a.tiff", "b.tiff", "c.tiff", "d.tiff"}) {
            write_file(folder / name, "x");
            write_file(folder / (std::string(name) + ".geojson"), "{}");
        }
    }
    AnnotatedSlides listed(const std::string& text) {
        write_file(folder / "list.csv", text);
        return find_annotated_slides(folder / "list.csv");
    }
    std::vector<std::string> groups(const std::string& text) {
        std::vector<std::string> groups;
        for (const auto& slide : listed(text).slides) groups.push_back(slide.group);
        return groups;
    }
    testing::TemporaryFolder folder;
};

TEST_F(AnnotatedSlidesTest, BlanksMakeNoOtherPatientAndAnUnknownPatientIsNone) {
    const auto found = groups("slide,patient\na.tiff,p1 \nb.tiff,\"p1\"\nc.tiff,NA\nd.tiff,n/a\n");
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0], "p1");
    EXPECT_EQ(found[1], "p1");
    EXPECT_NE(found[2], found[3]) << "each slide is of its own";
    EXPECT_THAT(listed("slide,patient\na.tiff,p1\nb.tiff,NA\n").notes,
                ElementsAre(HasSubstr("1 entry \"NA\" was read as empty (column patient)"),
                            HasSubstr("1 slide has no patient: each counts as a patient of its own")));
    EXPECT_THAT(listed("slide\na.tiff\nb.tiff\n").notes, IsEmpty()) << "nothing was said of patients";
}

TEST_F(AnnotatedSlidesTest, TakesATableAsItWasSaved) {
    const auto found = listed(
        "slide;annotations;spacing;fold;mood\r\n.\\a.tiff;.\\c.tiff.geojson;0,25;1,0;good\r\n;;;;\r\nb.tiff;NULL;-;2;"
        "\r\n");
    ASSERT_EQ(found.slides.size(), 2U);
    EXPECT_EQ(fs::weakly_canonical(found.slides[0].annotations), fs::weakly_canonical(folder / "c.tiff.geojson"));
    EXPECT_EQ(found.slides[0].spacing_um_px, 0.25);
    EXPECT_EQ(found.slides[0].fold, 1);
    EXPECT_EQ(found.slides[1].annotations, folder / "b.tiff.geojson") << "beside the slide";
    EXPECT_THAT(found.problems, IsEmpty()) << "an empty row is none";
    EXPECT_THAT(found.notes, ::testing::Contains(HasSubstr("the column \"mood\" means nothing here")));
}

TEST_F(AnnotatedSlidesTest, NamesARowWithoutASlide) {
    EXPECT_THAT(listed("slide,patient\na.tiff,p\n,p\n").problems,
                ElementsAre(HasSubstr("list.csv: line 3: the field of the slide is empty")));
}

TEST_F(AnnotatedSlidesTest, ATableWithAFaultIsStillOneOfSlides) {
    write_file(folder / "list.csv", "slide,patient\na.tiff\n");
    EXPECT_TRUE(is_annotated_slides(folder / "list.csv")) << "so that reading tells the fault";
    write_file(folder / "list.csv", "file,class\na.png,LUAD\n");
    EXPECT_FALSE(is_annotated_slides(folder / "list.csv"));
    write_file(folder / "list.tsv", "slide\tpatient\na.tiff\tp\n");
    EXPECT_TRUE(is_annotated_slides(folder / "list.tsv"));
}

}  // namespace
}  // namespace slidetype
