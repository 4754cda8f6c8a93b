#include "tiler/slides/companions.h"

#include <gmock/gmock.h>

#include "base/atomic_file.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tiler/slides/file_kind.h"
#include "tiler/slides/slide.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

class CompanionsTest : public ::testing::Test {
  protected:
    void write(const fs::path& file, const std::string& text) {
        fs::create_directories(file.parent_path());
        write_file(file, text);
    }
    void write_mirax(const fs::path& folder, const std::string& name) {
        write(folder / (name + ".mrxs"), "\xFF\xD8\xFF picture");
        write(folder / name / "Slidedat.ini",
              "\xEF\xBB\xBF[GENERAL]\r\nSLIDE_ID = x\r\n[HIERARCHICAL]\r\nINDEXFILE = Index.dat\r\n[DATAFILE]\r\n"
              "FILE_COUNT = 2\r\nFILE_0 = Data0000.dat\r\nFILE_1 = Data0001.dat\r\n");
        for (const auto* part : {"Index.dat", "Data0000.dat", "Data0001.dat"}) write(folder / name / part, "x");
    }
    Error refusal(const fs::path& file) {
        return error_of([&] { Slide slide(file); });
    }
    TemporaryFolder folder_;
};

TEST_F(CompanionsTest, OfMiraxAreTheFolderAndWhatItNames) {
    write_mirax(folder_.path(), "a");
    EXPECT_THAT(companions_of(folder_ / "a.mrxs").missing, IsEmpty());
    EXPECT_EQ(companions_of(folder_ / "a.mrxs").wanted, 4U);
    fs::remove(folder_ / "a" / "Data0001.dat");
    EXPECT_THAT(companions_of(folder_ / "a.mrxs").missing, ElementsAre("a/Data0001.dat"));
}

TEST_F(CompanionsTest, ThatAreMissingAreNamed) {
    for (const bool empty_folder : {false, true}) {
        write(folder_ / "case7.mrxs", "\xFF\xD8\xFF picture");
        if (empty_folder) fs::create_directory(folder_ / "case7");
        const auto error = refusal(folder_ / "case7.mrxs");
        EXPECT_EQ(error.code(), ErrorCode::not_found);
        EXPECT_THAT(error.cause(), HasSubstr("case7/Slidedat.ini is not beside it"));
        EXPECT_EQ(error.subject(), (folder_ / "case7.mrxs").string());
    }
    write(folder_ / "b.vms",
          "[Virtual Microscope Specimen]\nNoLayers=1\nMapFile=map.jpg\nImageFile=0.jpg\nImageFile(1,0)=1.jpg\n");
    write(folder_ / "map.jpg", "x");
    EXPECT_THAT(refusal(folder_ / "b.vms").cause(), HasSubstr("2 of the 3 others are not beside it: 0.jpg, 1.jpg"));
    write(folder_ / "c.vsi", "II*");
    EXPECT_THAT(refusal(folder_ / "c.vsi").cause(), HasSubstr("_c_ is not beside it"));
}

TEST_F(CompanionsTest, AreLookedForWhereALinkLeads) {
    write_mirax(folder_ / "store", "real");
    fs::create_directories(folder_ / "work");
    fs::create_symlink("../store/real.mrxs", folder_ / "work" / "case8.mrxs");
    fs::create_symlink(folder_ / "work" / "case8.mrxs", folder_ / "again.mrxs");
    for (const auto& link : {folder_ / "work" / "case8.mrxs", folder_ / "again.mrxs"}) {
        const auto found = companions_of(link);
        EXPECT_THAT(found.missing, IsEmpty());
        EXPECT_TRUE(fs::equivalent(found.main, folder_ / "store" / "real.mrxs"));
        EXPECT_EQ(found.main.filename(), "real.mrxs") << "OpenSlide looks for a folder of this name";
        EXPECT_EQ(kind_of_file(link), FileKind::slide);
        EXPECT_EQ(refusal(link).subject(), link.string()) << "the user's own name";
    }
}

TEST_F(CompanionsTest, BesideTheLinkComeFirst) {
    write_mirax(folder_ / "store", "a");
    write_mirax(folder_ / "work", "a");
    fs::remove(folder_ / "work" / "a.mrxs");
    fs::create_symlink(folder_ / "store" / "a.mrxs", folder_ / "work" / "a.mrxs");
    EXPECT_EQ(companions_of(folder_ / "work" / "a.mrxs").main, folder_ / "work" / "a.mrxs");
}

TEST_F(CompanionsTest, OtherFormatsHaveNone) {
    write(folder_ / "a.svs", "x");
    fs::create_symlink(folder_ / "a.svs", folder_ / "b.svs");
    EXPECT_EQ(companions_of(folder_ / "b.svs").main, folder_ / "b.svs");
    EXPECT_THAT(companions_of(folder_ / "b.svs").missing, IsEmpty());
}

}  // namespace
}  // namespace slidetype
