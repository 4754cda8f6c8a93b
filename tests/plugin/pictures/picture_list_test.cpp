#include "plugin/pictures/picture_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ListPictures : public ::testing::Test {
  protected:
    void put(const std::string& name, const std::string& content = "x") {
        fs::create_directories((folder / name).parent_path());
        write_file(folder / name, content);
    }
    PictureList list(const std::vector<std::string>& names) {
        std::vector<fs::path> paths;
        paths.reserve(names.size());
        for (const auto& name : names) paths.push_back(folder / name);
        return list_pictures(paths, folder / "in/out");
    }
    static std::vector<std::string> names(const PictureList& list) {
        std::vector<std::string> out;
        for (const auto& picture : list.pictures) out.push_back(picture.case_name + ":" + picture.name);
        return out;
    }
    testing::TemporaryFolder folder;
};

TEST_F(ListPictures, MakesACaseOfEachFolder) {
    for (const auto* name :
         {"in/p2/a.JPG", "in/p1/b.png", "in/p1/deep/c.tif", "in/d.webp", "in/notes.txt", "in/._d.jpg"}) {
        put(name);
    }
    const auto found = list({"in"});
    EXPECT_THAT(names(found), ElementsAre(".:d.webp", "p1:p1/b.png", "p1/deep:p1/deep/c.tif", "p2:p2/a.JPG"));
    EXPECT_EQ(found.root, folder / "in");
    EXPECT_EQ(found.other_files, 2U);
    EXPECT_THAT(found.problems, IsEmpty());
}

TEST_F(ListPictures, PassesOverResultsAndLinksInACircleAndTakesEachFileOnce) {
    for (const auto* name : {"in/a.jpg", "in/out/heatmaps/a.png", "in/old/scores.csv", "in/old/heatmaps/b.png"})
        put(name);
    fs::create_directory_symlink(folder / "in", folder / "in/again");
    EXPECT_THAT(names(list({"in"})), ElementsAre(".:a.jpg"));
    const auto twice = list({"in/a.jpg", "in/../in/a.jpg"});
    EXPECT_EQ(twice.pictures.size(), 1U);
    EXPECT_THAT(twice.problems, Contains(HasSubstr("1 picture is named twice and scored once")));
}

TEST_F(ListPictures, KeepsPicturesOfOneNameApart) {
    put("in/a/x.jpg"), put("in/b/x.jpg");
    EXPECT_THAT(names(list({"in/a/x.jpg", "in/b/x.jpg"})), ElementsAre("a:a/x.jpg", "b:b/x.jpg"));
}

TEST_F(ListPictures, ReadsTablesAsPeopleWriteThem) {
    put("in/a.jpg"), put("in/sub/b.jpg");
    put("in/list.csv", "File;Case;field_um;mood\r\na.jpg;patient 7;200;good\r\nsub\\b.jpg;;;\r\n");
    const auto found = list({"in/list.csv"});
    EXPECT_THAT(names(found), ElementsAre("patient 7:a.jpg", "sub:sub/b.jpg"));
    EXPECT_EQ(found.pictures[0].scale.field_um, 200.0);
    EXPECT_FALSE(found.pictures[1].scale.field_um);
    EXPECT_THAT(found.problems, Contains(HasSubstr("backslashes")));
    EXPECT_THAT(found.problems, Contains(HasSubstr("\"mood\" is not known")));
    put("in/list.csv", "file,spacing\na.jpg,-1\n");
    EXPECT_THROW(list({"in/list.csv"}), Error);
}

TEST_F(ListPictures, TakesPatternsAndNamesWhateverTheyAre) {
    put("in/a.jpg"), put("in/b.jpg"), put("in/c.raw");
    EXPECT_THAT(names(list({"in/*.jpg"})), ElementsAre(".:a.jpg", ".:b.jpg"));
    EXPECT_THAT(names(list({"in/c.raw", "in/absent.png"})), ElementsAre(".:absent.png", ".:c.raw"));
    EXPECT_THROW(list({"in/*.bmp"}), Error);
}

}  // namespace
}  // namespace slidetype
