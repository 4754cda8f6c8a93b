#include "model/data/feature_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/data/tcga_barcode.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class FeatureFolderTest : public ::testing::Test {
  protected:
    void touch(const std::string& name) {
        fs::create_directories((folder / name).parent_path());
        write_file(folder / name, "x");
    }
    /// Relative to the folder.
    std::string found(const std::string& slide) {
        const auto file = FeatureFolder(folder.path()).find(slide);
        return file.empty() ? "" : file.lexically_relative(folder.path()).string();
    }
    testing::TemporaryFolder folder;
};

TEST_F(FeatureFolderTest, FindsFilesByTheNameOfTheSlideWithAndWithoutEndings) {
    for (const char* name : {"a.h5", "b.HDF5", "c.pt", "d.svs.h5"}) touch(name);
    EXPECT_EQ(found("a"), "a.h5");
    EXPECT_EQ(found("a.svs"), "a.h5");
    EXPECT_EQ(found("/elsewhere/a.NDPI"), "a.h5");
    EXPECT_EQ(found("a.h5"), "a.h5");
    EXPECT_EQ(found("b"), "b.HDF5");
    EXPECT_EQ(found("c"), "c.pt");
    EXPECT_EQ(found("d.svs"), "d.svs.h5");
    EXPECT_EQ(found("d"), "");
    EXPECT_EQ(found("A"), "");
}

TEST_F(FeatureFolderTest, KeepsDotsThatAreNoEndings) {
    touch("TCGA-05-4244-01Z-00-DX1.d4ff32cd.h5");
    touch("case.h5");
    EXPECT_EQ(found("TCGA-05-4244-01Z-00-DX1.d4ff32cd"), "TCGA-05-4244-01Z-00-DX1.d4ff32cd.h5");
    EXPECT_EQ(found("TCGA-05-4244-01Z-00-DX1.d4ff32cd.svs"), "TCGA-05-4244-01Z-00-DX1.d4ff32cd.h5");
    EXPECT_EQ(found("case.2"), "") << "which is another slide than case";
    EXPECT_EQ(slide_name_of("x/case.2"), "case.2");
    EXPECT_EQ(slide_name_of("x/case.2.TIF"), "case.2");
}

TEST_F(FeatureFolderTest, LooksIntoTheFoldersOfClamAndTrident) {
    for (const char* name : {"h5_files/a.h5", "pt_files/b.pt", "features_uni/c.h5", "patches/d.h5"}) touch(name);
    EXPECT_EQ(found("a"), "h5_files/a.h5");
    EXPECT_EQ(found("b"), "pt_files/b.pt");
    EXPECT_EQ(found("c"), "features_uni/c.h5");
    EXPECT_EQ(found("d"), "") << "patches hold places, not features";
}

TEST_F(FeatureFolderTest, TakesTheHdf5FileOfTheTwoThatClamWrites) {
    touch("h5_files/a.h5");
    touch("pt_files/a.pt");
    EXPECT_EQ(found("a"), "h5_files/a.h5");
}

TEST_F(FeatureFolderTest, ListsFilesOfWhichAnyMayBeMeant) {
    touch("features_conch/a.h5");
    touch("features_uni/a.h5");
    try {
        (void)found("a.svs");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_data);
        EXPECT_THAT(error.cause(), AllOf(HasSubstr("features_conch/a.h5"), HasSubstr("features_uni/a.h5")));
    }
    EXPECT_EQ(found("b"), "") << "other slides are not concerned";
}

TEST_F(FeatureFolderTest, RefusesWhatIsNoFolder) {
    touch("a.h5");
    EXPECT_THROW(FeatureFolder(folder / "nowhere"), Error);
    EXPECT_THROW(FeatureFolder(folder / "a.h5"), Error);
}

TEST_F(FeatureFolderTest, KnowsATcgaBarcodeWithAndWithoutTheGdcsIdentifier) {
    touch("TCGA-05-4244-01Z-00-DX1.d4ff32cd.h5");
    touch("TCGA-05-4244-01Z-00-DX10.aaaa.h5");
    touch("TCGA-05-4245-01Z-00-DX1.h5");
    touch("TCGA-05-4246-01Z-00-DX1.a.h5");
    touch("TCGA-05-4246-01Z-00-DX1.b.h5");
    const FeatureFolder features(folder.path());
    EXPECT_EQ(features.find("TCGA-05-4244-01Z-00-DX1"), folder / "TCGA-05-4244-01Z-00-DX1.d4ff32cd.h5");
    EXPECT_EQ(features.find("TCGA-05-4244-01Z-00-DX1.svs"), folder / "TCGA-05-4244-01Z-00-DX1.d4ff32cd.h5");
    EXPECT_EQ(features.find("TCGA-05-4245-01Z-00-DX1.d4ff32cd.svs"), folder / "TCGA-05-4245-01Z-00-DX1.h5");
    EXPECT_TRUE(features.find("TCGA-05-4244").empty()) << "a patient is no slide";
    EXPECT_THROW((void)features.find("TCGA-05-4246-01Z-00-DX1"), Error);
}

TEST(TcgaBarcodes, GivePatientAndSite) {
    for (const char* name : {"TCGA-05-4244-01Z-00-DX1.d4ff32cd", "tcga-05-4244", "TCGA-05-4244.h5"}) {
        const auto barcode = tcga_barcode(name);
        ASSERT_TRUE(barcode) << name;
        EXPECT_EQ(barcode->patient, "TCGA-05-4244");
        EXPECT_EQ(barcode->site, "05");
    }
    const auto slide = tcga_barcode("tcga-05-4244-01Z-00-dx1.d4ff32cd-38cf");
    EXPECT_EQ(slide->slide, "TCGA-05-4244-01Z-00-DX1");
    EXPECT_EQ(slide->sample_type, 1);
    EXPECT_TRUE(slide->is_of_tumour());
    EXPECT_FALSE(slide->is_frozen);
    const auto normal = tcga_barcode("TCGA-05-4244-11A-01-TSA");
    EXPECT_EQ(normal->slide, "TCGA-05-4244-11A-01-TSA");
    EXPECT_FALSE(normal->is_of_tumour());
    EXPECT_TRUE(normal->is_frozen);
    for (const char* name : {"TCGA-05-4244", "TCGA-05-4244-01Z", "TCGA-05-4244-01Z-00", "TCGA-05-4244-01Z-00-D"})
        EXPECT_EQ(tcga_barcode(name)->slide, "") << name;
    for (const char* name :
         {"", "TCGA", "TCGA-05-424", "TCGA-05-42445", "TCGA-5-4244-01Z", "X-TCGA-05-4244", "TCGA_05_4244"}) {
        EXPECT_FALSE(tcga_barcode(name)) << name;
    }
}

}  // namespace
}  // namespace slidetype
