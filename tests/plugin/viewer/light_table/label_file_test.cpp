#include "plugin/viewer/light_table/label_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/data/dataset.h"
#include "model/data/manifest.h"
#include "tests/support.h"

namespace slidetype::viewer {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LabelFileTest : public ::testing::Test {
  protected:
    fs::path picture(const std::string& name) const {
        const auto file = folder / name;
        fs::create_directories(file.parent_path());
        write_file(file, "picture");
        return file;
    }
    /// An edit of a picture below the folder.
    static LabelEdit edit(const fs::path& file, std::optional<std::string> name, std::string group = {}) {
        return {file, fs::weakly_canonical(file), std::move(group), std::move(name)};
    }
    static void give(const LabelFile& labels, const fs::path& file, std::optional<std::string> name,
                     std::string group = {}) {
        const std::vector<LabelEdit> edits = {edit(file, std::move(name), std::move(group))};
        (void)labels.change(edits);
    }
    std::string text() const { return read_file(folder / "labels.csv"); }

    testing::TemporaryFolder folder;
};

TEST_F(LabelFileTest, AClassIsSavedChangedAndTakenBack) {
    const LabelFile labels(folder.path());
    const auto a = picture("a.jpg"), b = picture("b.jpg");
    EXPECT_THAT(labels.read().classes, IsEmpty());
    give(labels, a, "LUAD");
    give(labels, b, "benign");
    EXPECT_EQ(text(), "file,class\na.jpg,LUAD\nb.jpg,benign\n");
    give(labels, a, "LUSC");
    give(labels, b, std::nullopt);
    EXPECT_EQ(text(), "file,class\na.jpg,LUSC\n");
    give(labels, a, std::nullopt);
    EXPECT_EQ(text(), "file,class\n");
    EXPECT_THAT(labels.read().classes, IsEmpty());
}

TEST_F(LabelFileTest, EveryNameIsReadBackByTheReaderOfTraining) {
    const LabelFile labels(folder.path());
    const std::vector<std::string> names = {"a, b.jpg",
                                            "say \"no\".jpg",
                                            "line\nbreak.jpg",
                                            "cr\rhere.jpg",
                                            " blank .jpg",
                                            "<b>&amp;.jpg",
                                            "\xE9t\xE9.jpg",
                                            "back\\slash.jpg",
                                            "=1+1.jpg",
                                            "semi;colon.jpg",
                                            "tab\there.jpg",
                                            "s\xC3\xBC\xC3\x9F.jpg",
                                            "'.jpg",
                                            "sub/c.jpg",
                                            "-",
                                            "NA"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        give(labels, picture(names[i]), i % 2 == 0 ? "LUAD" : "LUSC", "case 1");
    }
    const LabelFile again(folder.path());
    EXPECT_EQ(again.read().classes.size(), names.size());
    const auto dataset = read_dataset(folder / "labels.csv");
    EXPECT_EQ(dataset.tiles.size(), names.size());
    EXPECT_THAT(dataset.problems, IsEmpty());
    EXPECT_THAT(dataset.notes, IsEmpty());
    EXPECT_TRUE(dataset.has_groups);
    for (const auto& tile : dataset.tiles) {
        const auto name = tile.file.lexically_relative(folder.path()).string();
        const auto place = std::ranges::find(names, name) - names.begin();
        ASSERT_LT(place, static_cast<std::ptrdiff_t>(names.size())) << name;
        EXPECT_EQ(tile.label, place % 2) << name;
    }
}

TEST_F(LabelFileTest, PicturesOfACaseAreOneGroupButForFoldersOfClassesAndParts) {
    EXPECT_EQ(group_of_case("case 1"), "case 1");
    EXPECT_EQ(group_of_case("LUAD/p17"), "LUAD/p17");
    for (const auto* name : {"", "LUAD", "lung_scc", "train/LUSC", "Validation", "test/normal"}) {
        EXPECT_EQ(group_of_case(name), "") << name;
    }
    const LabelFile labels(folder.path());
    give(labels, picture("case 1/a.jpg"), "LUAD", "case 1");
    give(labels, picture("b.jpg"), "LUSC");
    EXPECT_EQ(text(), "file,class,group\ncase 1/a.jpg,LUAD,case 1\nb.jpg,LUSC,\n");
}

TEST_F(LabelFileTest, ATableByHandKeepsItsOtherColumnsAndRows) {
    const auto a = picture("a.jpg");
    write_file(folder / "labels.csv",
               "File;Class;Remark;fold\r\na.jpg;lung_aca;NA;2\r\ngone.jpg;SCLC;;\r\nb.jpg;;waits;\r\n");
    const LabelFile labels(folder.path());
    EXPECT_EQ(labels.read().classes.at(fs::weakly_canonical(a)), "LUAD");
    give(labels, a, "LUSC");
    EXPECT_EQ(text(), "file,class,remark,fold\na.jpg,LUSC,,2\ngone.jpg,SCLC,,\nb.jpg,,waits,\n");
    give(labels, a, std::nullopt);
    EXPECT_THAT(text(), HasSubstr("\na.jpg,,,2\n")) << "its fold is still known";
}

TEST_F(LabelFileTest, ATableThatCannotBeReadIsNotSavedOver) {
    const std::string broken = "file,class\n\"a.jpg,LUAD\n";
    write_file(folder / "labels.csv", broken);
    const LabelFile labels(folder.path());
    EXPECT_THROW((void)labels.read(), Error);
    EXPECT_THROW(give(labels, picture("a.jpg"), "LUSC"), Error);
    EXPECT_EQ(text(), broken);
}

TEST_F(LabelFileTest, SeveralWindowsAndProcessesLoseNothingOfEachOther) {
    constexpr int kEach = 25;
    for (int i = 0; i < 4 * kEach; ++i) picture(std::to_string(i) + ".jpg");
    {
        std::vector<std::jthread> writers;
        writers.reserve(4);
        for (int w = 0; w < 4; ++w) {
            writers.emplace_back([&, w] {
                const LabelFile own(folder.path());  // as another process has it
                for (int i = 0; i < kEach; ++i) {
                    give(own, folder / (std::to_string(w * kEach + i) + ".jpg"), "LUAD");
                }
            });
        }
    }
    EXPECT_EQ(LabelFile(folder.path()).read().classes.size(), 4U * kEach);
    const LabelFile one(folder.path()), other(folder.path());
    give(one, folder / "0.jpg", "LUSC");
    give(other, folder / "0.jpg", "benign");
    EXPECT_EQ(one.read().classes.at(fs::weakly_canonical(folder / "0.jpg")), "benign") << "the later one";
}

TEST_F(LabelFileTest, APictureElsewhereHasItsWholeNameAndTheFolderIsMadeWhenItIsNeeded) {
    const auto a = picture("pictures/a.jpg");
    const LabelFile labels(folder / "out/deep");
    EXPECT_EQ(labels.obstacle(), "");
    EXPECT_FALSE(fs::exists(folder / "out"));
    give(labels, a, "LUAD");
    EXPECT_EQ(read_file(folder / "out/deep/labels.csv"), "file,class\n" + a.string() + ",LUAD\n");
}

TEST_F(LabelFileTest, AFolderThatCannotBeWrittenToIsToldAndNothingIsTakenForSaved) {
    const auto a = picture("a.jpg");
    for (const fs::path& place : {fs::path("/proc/labels"), a / "labels"}) {
        const LabelFile labels(place);
        EXPECT_NE(labels.obstacle(), "") << place;
        EXPECT_THROW(give(labels, a, "LUAD"), Error) << place;
        EXPECT_THAT(labels.read().classes, IsEmpty()) << place;
    }
}

}  // namespace
}  // namespace slidetype::viewer
