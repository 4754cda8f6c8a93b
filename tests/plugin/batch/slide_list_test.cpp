#include "plugin/batch/slide_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"
#include "tests/tiler/dicom/made_dicom.h"
#include "tests/tiler/tiff_slide.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SlideListTest : public ::testing::Test {
  protected:
    SlideListTest() {
        fs::create_directories(folder / "slides" / "deep");
        testing::write_tissue_slide(folder / "slides" / "b.tiff", 300, 300);
        testing::write_tissue_slide(folder / "slides" / "deep" / "a.tiff", 300, 300);
        write_file(folder / "slides" / "notes.txt", "no slide");
    }
    std::vector<fs::path> found(const std::vector<fs::path>& paths) { return find_slides(paths).slides; }
    std::vector<BatchSlide> manifest(const std::string& text) {
        write_file(folder / "list.csv", text);
        notes.clear();
        return read_batch_manifest(folder / "list.csv", notes);
    }
    std::string refusal(const std::string& text) {
        try {
            manifest(text);
        } catch (const Error& error) {
            return error.what();
        }
        return "accepted";
    }
    testing::TemporaryFolder folder;
    std::vector<std::string> notes;
};

TEST_F(SlideListTest, ListsTheSlidesOfAFolderOnceAndTellsWhatItLeavesOut) {
    const std::vector<fs::path> arguments = {folder / "slides", folder / "slides" / "b.tiff", folder / "absent.svs"};
    const auto list = find_slides(arguments);
    EXPECT_THAT(list.slides, ElementsAre(folder / "slides" / "b.tiff", folder / "slides" / "deep" / "a.tiff",
                                         folder / "absent.svs"));
    EXPECT_THAT(list.ignored, ElementsAre(folder / "slides" / "notes.txt"));
}

/// The files of a slide of DICOM: two levels and a label.
void write_dicom_slide(const fs::path& folder, const std::string& prefix, const std::string& series) {
    fs::create_directories(folder);
    const auto picture = testing::tissue_like_picture(200, 150);
    auto fine = testing::made_of(picture), coarse = testing::made_of(testing::half_of(picture)), label = fine;
    label.image_type = "ORIGINAL\\PRIMARY\\LABEL\\NONE";
    int number = 0;
    for (auto* made : {&coarse, &fine, &label}) {
        made->series_uid = series;
        made->instance_uid = series + "." + std::to_string(++number);
        testing::write_dicom(folder / (prefix + std::to_string(number) + ".dcm"), *made);
    }
}

TEST_F(SlideListTest, TheFilesOfADicomSlideAreOneSlide) {
    const auto root = folder / "dicom";
    write_dicom_slide(root / "1.2.840.1", "", "1.2.840.1");
    write_dicom_slide(root / "flat", "x", "1.2.840.2");
    write_dicom_slide(root / "flat", "y", "1.2.840.3");
    write_dicom_slide(root / "mixed", "", "1.2.840.4");
    testing::write_tissue_slide(root / "mixed" / "a.tiff", 300, 300);
    auto other = testing::plain_of(testing::tissue_like_picture(64, 64));
    other.sop_class = "1.2.840.10008.5.1.4.1.1.2";
    testing::write_dicom(root / "1.2.840.1" / "ct.dcm", other);
    const auto all = find_slides({{root}});
    EXPECT_THAT(all.slides, ElementsAre(root / "1.2.840.1", root / "flat" / "x2.dcm", root / "flat" / "y2.dcm",
                                        root / "mixed" / "2.dcm", root / "mixed" / "a.tiff"));
    EXPECT_THAT(all.suspects, ::testing::IsEmpty());
    EXPECT_THAT(all.ignored, ElementsAre(root / "1.2.840.1" / "ct.dcm"));
    EXPECT_THAT(found({root / "1.2.840.1"}), ElementsAre(root / "1.2.840.1"));
    EXPECT_THAT(found({root / "flat" / "*.dcm"}), ElementsAre(root / "flat" / "x2.dcm", root / "flat" / "y2.dcm"));
    EXPECT_THAT(found({root / "flat" / "x1.dcm"}), ElementsAre(root / "flat" / "x1.dcm")) << "as it was named";
    const auto list = manifest("slide\ndicom/1.2.840.1\ndicom/flat/x3.dcm\n");
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].path, root / "1.2.840.1");
}

TEST_F(SlideListTest, ListsWhatMayBeASlideSoThatItFailsWithAReason) {
    const auto slides = folder / "slides";
    write_file(slides / "a empty.SVS", "");
    write_file(slides / "c stump.tiff", "II*");
    write_file(slides / "._b.tiff", std::string("\0\5\x16\7", 4) + "what macOS knows of b.tiff");
    testing::write_plain_tiff(slides / "photo.tif");
    fs::create_symlink(folder / "gone.svs", slides / "deep" / "link.svs");
    fs::create_symlink(folder / "gone", slides / "gone");
    fs::create_symlink("user@host.123", slides / ".#notes.txt");
    fs::create_symlink(slides / "self", slides / "self");
    const std::vector<fs::path> argument = {slides};
    const auto found = find_slides(argument);
    EXPECT_THAT(found.slides, ElementsAre(slides / "b.tiff", slides / "deep" / "a.tiff"));
    EXPECT_THAT(found.suspects, ElementsAre(slides / "a empty.SVS", slides / "c stump.tiff",
                                            slides / "deep" / "link.svs", slides / "gone", slides / "self"));
    EXPECT_THAT(found.ignored, ElementsAre(slides / "._b.tiff", slides / "notes.txt", slides / "photo.tif"));
    std::vector<fs::path> listed;
    for (const auto& slide : list_slides(argument).slides) listed.push_back(slide.path);
    EXPECT_THAT(listed, ElementsAre(slides / "a empty.SVS", slides / "b.tiff", slides / "c stump.tiff",
                                    slides / "deep" / "a.tiff", slides / "deep" / "link.svs", slides / "gone",
                                    slides / "self"));
}

TEST_F(SlideListTest, FollowsLinksToFoldersOnceAndIntoNoLoop) {
    fs::create_directories(folder / "archive");
    testing::write_tissue_slide(folder / "archive" / "c.tiff", 300, 300);
    fs::create_directory_symlink(folder / "archive", folder / "slides" / "a_link");
    fs::create_directory_symlink(folder / "slides", folder / "slides" / "deep" / "up");
    fs::create_directory_symlink(folder / "slides" / "deep", folder / "slides" / "again");
    fs::create_symlink(folder / "slides" / "self", folder / "slides" / "self");
    EXPECT_THAT(found({folder / "slides"}),
                ElementsAre(folder / "slides" / "a_link" / "c.tiff", folder / "slides" / "b.tiff",
                            folder / "slides" / "deep" / "a.tiff"));
}

TEST_F(SlideListTest, PassesOverFoldersWithResults) {
    fs::create_directories(folder / "slides" / "out" / "b");
    write_file(folder / "slides" / "out" / "b" / "source.txt", "b\n");
    testing::write_tissue_slide(folder / "slides" / "out" / "b" / "b.heatmap.tif", 300, 300);
    EXPECT_EQ(found({folder / "slides"}).size(), 2U);
}

TEST_F(SlideListTest, TakesPicturesBelowFoldersOnlyWhereThatIsAskedFor) {
    write_file(folder / "slides" / "photo.jpg", "a picture by its name");
    testing::write_plain_tiff(folder / "slides" / "photo.tif");
    const std::vector<fs::path> argument = {folder / "slides"};
    const auto list = list_slides(argument);
    EXPECT_EQ(list.slides.size(), 2U);
    EXPECT_EQ(list.pictures_left_out, 2U);
    EXPECT_THAT(list.ignored,
                ::testing::IsSupersetOf({folder / "slides" / "photo.jpg", folder / "slides" / "photo.tif"}));
    EXPECT_EQ(list_slides(argument, PicturesBelowFolders::taken).slides.size(), 4U);
    EXPECT_EQ(list_slides(argument, PicturesBelowFolders::taken).pictures_left_out, 0U);
    EXPECT_THAT(found({folder / "slides" / "photo.jpg"}), ElementsAre(folder / "slides" / "photo.jpg"))
        << "it is named";
}

TEST_F(SlideListTest, ExpandsPatternsThatTheShellLeft) {
    EXPECT_THAT(found({folder / "slides" / "*.tiff"}), ElementsAre(folder / "slides" / "b.tiff"));
    EXPECT_THAT(found({folder / "sl*"}),
                ElementsAre(folder / "slides" / "b.tiff", folder / "slides" / "deep" / "a.tiff"));
    // A file of that name is meant before a pattern.
    testing::write_tissue_slide(folder / "slides" / "x[1].tiff", 300, 300);
    EXPECT_THAT(found({folder / "slides" / "x[1].tiff"}), ElementsAre(folder / "slides" / "x[1].tiff"));
    EXPECT_THROW(found({folder / "slides" / "*.svs"}), Error);
    EXPECT_THROW(found({""}), Error) << "an empty variable of a script";
}

TEST_F(SlideListTest, ReadsAManifestWithPathsRelativeToIt) {
    const auto slides = manifest(
        "Slide,name,spacing,roi,label,patient,scanner\n"
        "slides/b.tiff,case 7,0.25,areas.geojson,lung_aca,p1,x\n"
        "/far/c.svs,,,,LUSC,,\n"
        "\"slides/deep/a.tiff\",,,,adenosquamous,,\n");
    ASSERT_EQ(slides.size(), 3U);
    EXPECT_EQ(slides[0].path, folder / "slides" / "b.tiff");
    EXPECT_EQ(slides[0].name, "case 7");
    EXPECT_EQ(slides[0].spacing_um_px, 0.25);
    EXPECT_EQ(slides[0].region_of_interest, folder / "areas.geojson");
    EXPECT_EQ(slides[0].label, "LUAD");
    EXPECT_EQ(slides[0].patient, "p1");
    EXPECT_EQ(slides[1].path, "/far/c.svs");
    EXPECT_FALSE(slides[1].spacing_um_px);
    EXPECT_TRUE(slides[1].region_of_interest.empty());
    EXPECT_EQ(slides[1].label, "LUSC");
    EXPECT_EQ(slides[2].label, "adenosquamous");
    EXPECT_THAT(notes, ElementsAre(HasSubstr("the column \"scanner\" means nothing"),
                                   HasSubstr("2 slides have no patient and are in no patient's call")));
}

TEST_F(SlideListTest, FindsPatientsByTheNamesOfOtherSystemsAndBarcodes) {
    auto slides = manifest("slide,case_id\na.svs,c1\nb.svs,NA\ntcga-05-4244-01Z-00-DX1.svs,\n");
    EXPECT_EQ(slides[0].patient, "c1");
    EXPECT_EQ(slides[1].patient, "") << "the name of a file says not whose it is";
    EXPECT_EQ(slides[2].patient, "TCGA-05-4244");
    EXPECT_THAT(notes, ::testing::Contains(HasSubstr("1 slide has its patient from TCGA barcodes")));
    EXPECT_THAT(notes, ::testing::Contains(HasSubstr("1 slide has no patient and is in no patient's call")));
    slides = manifest("PATIENT,slide\np 1,a.svs\np 1,b.svs\n");
    EXPECT_EQ(slides[1].patient, "p 1");
    EXPECT_THAT(notes, ::testing::IsEmpty());
    slides = manifest("slide\nTCGA-05-4244-01Z-00-DX1.svs\nb.svs\n");
    EXPECT_EQ(slides[0].patient, "TCGA-05-4244");
    EXPECT_THAT(refusal("slide,case_id,patient_id\na,b,c\n"), HasSubstr("several columns that may be the patient"));
}

TEST_F(SlideListTest, NamesTheLineOfWhatIsWrongInAManifest) {
    EXPECT_THAT(refusal("file\na\n"), HasSubstr("slide"));
    EXPECT_THAT(refusal("slide\n"), HasSubstr("lists no slide"));
    EXPECT_THAT(refusal("slide,spacing\na,0.5\nb,fine\n"), HasSubstr("line 3: \"fine\""));
    EXPECT_THAT(refusal("slide,spacing\na,-1\n"), HasSubstr("line 2: the spacing must be positive"));
    EXPECT_THAT(refusal("slide,label\n\"a\nb\",x\n\n,y\n"), HasSubstr("line 5: the field of the slide is empty"));
    EXPECT_THAT(refusal("slide\na\nb\n./a\n"), HasSubstr("line 4: lists"));
    EXPECT_THAT(refusal("slide\na\nb,c\n"), HasSubstr("line 3 has 2 fields"));
    EXPECT_THAT(refusal("slide\na\n\"b\n"), HasSubstr("line 3: a quoted field is not closed"));
}

TEST_F(SlideListTest, ReadsATableAsItWasSavedAndTellsHowItWasRead) {
    auto slides = manifest(
        "slide;name;spacing;roi;label;patient\r\n"
        "slides\\b.tiff;NA;0,25;None; luad ;p1 \r\n"
        ";;;;;\r\n"
        "slides\\deep\\a.tiff;;;;LUAD;p1\r\n");
    ASSERT_EQ(slides.size(), 2U);
    EXPECT_EQ(slides[0].path, folder / "slides/b.tiff");
    EXPECT_EQ(slides[0].name, "");
    EXPECT_EQ(slides[0].spacing_um_px, 0.25);
    EXPECT_TRUE(slides[0].region_of_interest.empty());
    EXPECT_EQ(slides[0].label, "LUAD");
    EXPECT_EQ(slides[0].patient, slides[1].patient) << "one patient, with or without a blank behind";
    EXPECT_THAT(notes, ElementsAre(HasSubstr("1 entry \"NA\" and 1 entry \"None\" were read as empty"),
                                   HasSubstr("1 number was read with a decimal comma, \"0,25\" as 0.25"),
                                   HasSubstr("2 file names have backslashes")));
}

TEST_F(SlideListTest, TakesFilesFoldersAndManifestsTogether) {
    write_file(folder / "list.csv", "slide,label,mood\nslides/b.tiff,LUAD,good\n");
    const std::vector<fs::path> arguments = {folder / "list.csv", folder / "slides"};
    const auto list = list_slides(arguments);
    ASSERT_EQ(list.slides.size(), 2U);
    EXPECT_EQ(list.slides[0].label, "LUAD") << "what the manifest says comes first";
    EXPECT_EQ(list.slides[1].path, folder / "slides" / "deep" / "a.tiff");
    EXPECT_THAT(list.problems, ElementsAre(HasSubstr("\"mood\"")));
}

}  // namespace
}  // namespace slidetype
