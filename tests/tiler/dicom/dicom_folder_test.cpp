// Slides of DICOM that are several files: which belong together, and which are none.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/support.h"
#include "tests/tiler/dicom/made_dicom.h"
#include "tests/tiler/expect_error.h"
#include "tests/tiler/tiff_slide.h"
#include "tiler/slides/file_kind.h"
#include "tiler/slides/slide.h"
#include "tiler/slides/slide_folder.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DicomFolderTest : public ::testing::Test {
  protected:
    void write(const std::string& name, MadeDicom made, const std::string& uid) {
        made.instance_uid = uid;
        write_dicom(folder_ / name, made);
    }
    /// A slide of two levels with its label, its overview and a thumbnail, in files whose names say nothing.
    void write_slide(const std::string& prefix, const std::string& series, const RgbImage& picture) {
        auto fine = plain_of(picture), coarse = plain_of(half_of(picture));
        coarse.image_type = "DERIVED\\PRIMARY\\VOLUME\\RESAMPLED";
        auto label = plain_of(RgbImage(64, 64, 3));
        for (auto* made : {&fine, &coarse, &label}) made->series_uid = series;
        write(prefix + "b.dcm", fine, series + ".1");
        write(prefix + "a.dcm", coarse, series + ".2");
        label.image_type = "ORIGINAL\\PRIMARY\\LABEL\\NONE";
        write(prefix + "0.dcm", label, series + ".3");
        label.image_type = "ORIGINAL\\PRIMARY\\OVERVIEW\\NONE";
        write(prefix + "c.dcm", label, series + ".4");
        label.image_type = "DERIVED\\PRIMARY\\THUMBNAIL\\RESAMPLED";
        write(prefix + "d.dcm", label, series + ".5");
    }
    std::vector<std::filesystem::path> files() const {
        std::vector<std::filesystem::path> all;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) all.push_back(entry.path());
        std::ranges::sort(all);
        return all;
    }
    TemporaryFolder folder_;
    RgbImage picture_ = tissue_like_picture(200, 150);
};

TEST_F(DicomFolderTest, ASlideIsItsFolderOrAnyOfItsFiles) {
    write_slide("", "1.2.3", picture_);
    std::ofstream(folder_ / "readme.txt") << "no slide";
    for (const auto& path :
         {folder_.path(), folder_ / "a.dcm", folder_ / "b.dcm", folder_ / "0.dcm", folder_ / "d.dcm"}) {
        const Slide slide(path);
        ASSERT_EQ(slide.levels().size(), 2U) << path;
        EXPECT_EQ(slide.width(), 200);
        EXPECT_EQ(slide.levels()[1].width, 100);
        EXPECT_EQ(slide.levels()[1].downsample_x, 2);
        EXPECT_EQ(slide.best_level(2), 1);
        EXPECT_EQ(slide.read(0, {0, 0, 200, 150}).pixels, picture_.pixels);
        EXPECT_EQ(slide.read(1, {0, 0, 100, 75}).pixels, half_of(picture_).pixels);
        EXPECT_THAT(slide.notes(), IsEmpty());
    }
    EXPECT_THAT(sort_slide_parts(files()).slides, ElementsAre(folder_ / "b.dcm"));
    EXPECT_THAT(parts_of_slide(folder_.path()), ElementsAre(folder_ / "a.dcm", folder_ / "b.dcm"));
    EXPECT_EQ(kind_of_file(folder_ / "b.dcm"), FileKind::slide);
    EXPECT_EQ(kind_of_file(folder_ / "0.dcm"), FileKind::other);
}

TEST_F(DicomFolderTest, SeveralSeriesInAFolderAreSeveralSlides) {
    write_slide("x-", "1.2.3", picture_);
    write_slide("y-", "1.2.4", tissue_like_picture(300, 150));
    EXPECT_EQ(Slide(folder_ / "x-a.dcm").width(), 200);
    EXPECT_EQ(Slide(folder_ / "y-0.dcm").width(), 300);
    const auto error = error_of([&] { Slide slide(folder_.path()); });
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_THAT(error.cause(), HasSubstr("2 DICOM slides"));
    const auto parts = sort_slide_parts(files());
    EXPECT_THAT(parts.slides, ElementsAre(folder_ / "x-b.dcm", folder_ / "y-b.dcm"));
    EXPECT_THAT(parts.suspects, IsEmpty());
    EXPECT_THAT(parts.others, IsEmpty());
}

TEST_F(DicomFolderTest, FramesOfReferenceTellSlidesApartOnlyWherePicturesCannotBeLevels) {
    auto fine = plain_of(picture_), coarse = plain_of(half_of(picture_));
    coarse.frame_of_reference_uid = "1.2.3.6";  // as some programs write it
    write("a.dcm", fine, "1.1");
    write("b.dcm", coarse, "1.2");
    EXPECT_EQ(Slide(folder_.path()).levels().size(), 2U);
    auto other = plain_of(tissue_like_picture(200, 150));
    other.frame_of_reference_uid = "1.2.3.7";  // the same size: another piece of tissue
    write("c.dcm", other, "1.3");
    EXPECT_EQ(code_of([&] { Slide slide(folder_.path()); }), ErrorCode::unsupported);
    EXPECT_EQ(Slide(folder_ / "c.dcm").levels().size(), 1U);
}

TEST_F(DicomFolderTest, PicturesOfAnotherExtentAreNoLevels) {
    write("a.dcm", plain_of(picture_), "1.1");
    write("b.dcm", plain_of(tissue_like_picture(150, 200)), "1.2");
    const Slide slide(folder_.path());
    EXPECT_EQ(slide.levels().size(), 1U);
    EXPECT_THAT(slide.notes(), Contains(HasSubstr("not taken for levels")));
}

TEST_F(DicomFolderTest, OfObjectsForFocalPlanesTheMiddleOneIsRead) {
    for (const int plane : {0, 1, 2}) {
        auto made = plain_of(plane == 1 ? picture_ : RgbImage(200, 150, 9));
        made.z_um = 10 - plane;
        write(std::to_string(plane) + ".dcm", made, "1." + std::to_string(plane));
    }
    const Slide slide(folder_.path());
    ASSERT_EQ(slide.levels().size(), 1U);
    EXPECT_EQ(slide.read(0, {0, 0, 200, 150}).pixels, picture_.pixels);
    EXPECT_THAT(slide.notes(), Contains(HasSubstr("3 pictures of its finest size")));
}

/// A picture in parts.
std::vector<MadeDicom> concatenation(const RgbImage& picture) {
    std::vector<MadeDicom> parts;
    const auto whole = plain_of(picture);
    for (std::uint16_t i = 0; i < 3; ++i) {
        auto& part = parts.emplace_back(whole);
        part.concatenation_uid = "1.9";
        part.part = static_cast<std::uint16_t>(i + 1), part.parts = 3;
        part.first_frame = i * 4U;
        part.frames.assign(whole.frames.begin() + i * 4, whole.frames.begin() + i * 4 + 4);
    }
    return parts;
}

TEST_F(DicomFolderTest, PartsOfAConcatenationAreOnePicture) {
    const auto parts = concatenation(picture_);
    write("c.dcm", parts[0], "1.1");
    write("a.dcm", parts[1], "1.2");
    write("b.dcm", parts[2], "1.3");
    const Slide slide(folder_ / "b.dcm");
    ASSERT_EQ(slide.levels().size(), 1U);
    EXPECT_EQ(slide.read(0, {0, 0, 200, 150}).pixels, picture_.pixels);
    EXPECT_THAT(slide.notes(), IsEmpty());
}

TEST_F(DicomFolderTest, APartThatIsNotThereIsToldAndItsTilesFail) {
    const auto parts = concatenation(picture_);
    write("a.dcm", parts[0], "1.1");
    write("b.dcm", parts[2], "1.3");
    const Slide slide(folder_.path());
    EXPECT_THAT(slide.notes(),
                Contains("Of the 3 files of a picture of the slide only 2 are there: tiles of the others fail"));
    EXPECT_EQ(slide.read(0, {0, 0, 200, 64}).pixels,
              std::vector<std::uint8_t>(picture_.pixels.begin(), picture_.pixels.begin() + 200 * 64 * 3));
    EXPECT_EQ(code_of([&] { (void)slide.read(0, {0, 64, 64, 64}); }), ErrorCode::corrupt);
}

TEST_F(DicomFolderTest, AFinestPictureThatWasMadeSmallerIsTold) {
    write_slide("", "1.2.3", picture_);
    std::filesystem::remove(folder_ / "b.dcm");
    const Slide slide(folder_.path());
    EXPECT_EQ(slide.width(), 100);
    EXPECT_THAT(slide.notes(), Contains(HasSubstr("resampled from a finer one, which is not there")));
}

TEST_F(DicomFolderTest, DamagedFilesBesideASlideAreTold) {
    write_slide("", "1.2.3", picture_);
    std::filesystem::resize_file(folder_ / "b.dcm", 400);
    const Slide slide(folder_ / "a.dcm");
    EXPECT_THAT(slide.notes(), Contains(HasSubstr("the first of them b.dcm")));
    EXPECT_THAT(sort_slide_parts(files()).suspects, ElementsAre(folder_ / "b.dcm"));
    EXPECT_EQ(code_of([&] { Slide whole(folder_ / "b.dcm"); }), ErrorCode::corrupt);
}

TEST_F(DicomFolderTest, OfCopiesOfOneObjectTheOneThatIsNamedIsRead) {
    write("a.dcm", plain_of(RgbImage(200, 150, 9)), "1.1");
    write("b.dcm", plain_of(picture_), "1.1");
    EXPECT_EQ(Slide(folder_ / "b.dcm").read(0, {0, 0, 200, 150}).pixels, picture_.pixels);
    EXPECT_EQ(Slide(folder_.path()).read(0, {0, 0, 1, 1}).pixels, std::vector<std::uint8_t>(3, 9));
}

TEST_F(DicomFolderTest, ALabelAloneIsNotOpened) {
    auto label = plain_of(picture_);
    label.image_type = "ORIGINAL\\PRIMARY\\LABEL\\NONE";
    write("label.dcm", label, "1.1");
    const auto error = error_of([&] { Slide slide(folder_ / "label.dcm"); });
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_THAT(error.cause(), HasSubstr("label"));
    EXPECT_EQ(code_of([&] { Slide slide(folder_.path()); }), ErrorCode::unsupported);
    label.image_type.clear();
    label.shows_label = true;
    write("label.dcm", label, "1.1");
    EXPECT_EQ(code_of([&] { Slide slide(folder_ / "label.dcm"); }), ErrorCode::unsupported);
}

TEST_F(DicomFolderTest, TheNameOfASlideIsThatOfItsFileOrFolder) {
    write("1.2.840.dcm", plain_of(picture_), "1.1");
    EXPECT_EQ(name_of_slide(folder_ / "1.2.840.dcm"), "1.2.840");
    std::filesystem::create_directory(folder_ / "1.2.840.113");
    for (const auto* ending : {"", "/", "/."})
        EXPECT_EQ(name_of_slide(folder_.path() / (std::string("1.2.840.113") + ending)), "1.2.840.113");
}

TEST_F(DicomFolderTest, NothingOfThePatientIsHandedOut) {
    auto made = plain_of(picture_);
    made.patient = "Planted^Name";
    write("a.dcm", made, "1.1");
    const Slide slide(folder_.path());
    for (const auto& [name, value] : slide.shown_properties()) {
        EXPECT_THAT(value, Not(HasSubstr("Planted"))) << name;
        EXPECT_THAT(value, Not(HasSubstr("1.2.3.4"))) << name;
        EXPECT_THAT(value, Not(HasSubstr("1999"))) << name;
    }
}

}  // namespace
}  // namespace slidetype
