#include "model/data/class_folders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// A folder of empty files with these names.
class ClassFolders : public ::testing::Test {
  protected:
    void lay(const std::vector<std::string>& names) const {
        for (const auto& name : names) {
            fs::create_directories((folder / name).parent_path());
            write_file(folder / name, "x");
        }
    }
    /// One picture of each class in each of these parts.
    void lay_parts(const std::vector<std::string>& parts, const std::vector<std::string>& classes) const {
        for (const auto& part : parts) {
            for (const auto& name : classes) lay({part + "/" + name + "/1.jpeg"});
        }
    }
    FolderPictures read() const { return read_class_folders(folder.path(), 0); }
    std::string path(const std::string& name) const { return (folder / name).string(); }

    testing::TemporaryFolder folder;
};

TEST_F(ClassFolders, AreReadAsTheyAreDividedByTheNamesThatKerasUsersGive) {
    const std::map<std::string, Part> words = {{"train", Part::train},           {"Training", Part::train},
                                               {"validation", Part::validation}, {"val", Part::validation},
                                               {"valid", Part::validation},      {"test", Part::test},
                                               {"TESTING", Part::test}};
    for (const auto& [word, part] : words) {
        const testing::TemporaryFolder one;
        fs::create_directories(one / word / "lung_aca");
        write_file(one / word / "lung_aca" / "1.jpeg", "x");
        EXPECT_TRUE(is_divided_into_parts(one.path())) << word;
        const auto found = read_class_folders(one.path(), 3);
        EXPECT_TRUE(found.divided);
        ASSERT_EQ(found.tiles.size(), 1U) << word;
        EXPECT_EQ(found.tiles[0].part, part) << word;
        EXPECT_EQ(found.tiles[0].label, 0);
        EXPECT_EQ(found.tiles[0].source, 3U);
    }
}

TEST_F(ClassFolders, HaveNoPartsWithoutFoldersOfClassesInThem) {
    lay({"LUAD/1.png", "LUSC/1.png"});
    EXPECT_FALSE(is_divided_into_parts(folder.path()));
    lay({"other/train/1.png", "test/1.png", "validation/cats/1.png"});
    EXPECT_FALSE(is_divided_into_parts(folder.path()));
    const auto found = read();
    EXPECT_EQ(found.tiles.size(), 2U);
    EXPECT_EQ(found.tiles[0].part, Part::none);
    EXPECT_THAT(found.ignored,
                ElementsAre(std::pair("other", 1U), std::pair("test", 1U), std::pair("validation/cats", 1U)))
        << "of what is named like a part the class in it is told";
}

TEST_F(ClassFolders, SayHowTheyAreDividedAndHowKerasNumbersThem) {
    lay_parts({"train", "val", "test"}, {"lung_aca", "lung_n", "lung_scc"});
    lay({"train/lung_aca/deep/2.PNG", "train/lung_aca/notes.txt"});
    EXPECT_THAT(read().notes,
                ElementsAre(path("").substr(0, path("").size() - 1) +
                                ": divided into train 4 pictures, validation 3 pictures, test 3 pictures, which are "
                                "kept apart",
                            EndsWith("as Keras numbers the class folders: 0 lung_aca (LUAD), 1 lung_n (benign), 2 "
                                     "lung_scc (LUSC)")));
}

TEST_F(ClassFolders, SayWhereKerasNumbersThemTheOtherWayRound) {
    lay_parts({"train", "validation", "test"}, {"LUSC", "adenocarcinoma"});
    EXPECT_THAT(read().notes, Contains(AllOf(HasSubstr("0 LUSC (LUSC), 1 adenocarcinoma (LUAD)"),
                                             HasSubstr("import it with --swap-classes"))));
}

TEST_F(ClassFolders, SayWhatPartIsMissingOrEmpty) {
    lay_parts({"train"}, {"lung_aca", "lung_scc"});
    fs::create_directories(folder / "test" / "lung_aca");
    EXPECT_THAT(read().notes, AllOf(Contains(EndsWith("a part is missing: there is no folder validation")),
                                    Contains(EndsWith("the part test holds no pictures")),
                                    Contains(StartsWith(path("test/lung_aca") + ": holds no pictures"))));
}

TEST_F(ClassFolders, SayWhatClassAPartLacks) {
    lay_parts({"train", "validation"}, {"lung_aca", "lung_scc"});
    lay({"test/lung_aca/1.png", "test/lung_aca/2.png"});
    fs::create_directories(folder / "test" / "lung_scc");
    const auto notes = read().notes;
    EXPECT_THAT(notes, Contains(EndsWith("the part test holds no pictures of LUSC, of which train has 1")));
    EXPECT_THAT(notes, Contains(path("test/lung_scc") + ": holds no pictures"));
    EXPECT_THAT(notes, Not(Contains(HasSubstr("benign"))));
}

TEST_F(ClassFolders, CountPicturesThatLieInNone) {
    lay_parts({"train", "validation", "test"}, {"lung_aca", "lung_scc"});
    lay({"train/b.jpg", "train/a.jpg", "cover.png", "predict/1.jpg", "predict/readme.txt"});
    const auto found = read();
    EXPECT_EQ(found.tiles.size(), 6U);
    EXPECT_THAT(
        found.notes,
        AllOf(Contains(path("train") + ": 2 pictures lie in no class folder and are left out, such as a.jpg"),
              Contains(EndsWith("1 picture lies in no part and is left out: cover.png")),
              Contains(path("predict") + ": is no part (train, validation, test): 1 picture in it is left out")));

    const testing::TemporaryFolder plain;
    for (const auto* name : {"LUAD/1.png", "LUSC/1.png", "loose.png"}) {
        fs::create_directories((plain / name).parent_path());
        write_file(plain / name, "x");
    }
    EXPECT_THAT(read_class_folders(plain.path(), 0).notes,
                ElementsAre(EndsWith("1 picture lies in no class folder and is left out: loose.png")));
}

TEST_F(ClassFolders, PassOverHiddenOnesAsNotebooksLeaveThem) {
    lay_parts({"train", "validation", "test"}, {"lung_aca", "lung_scc"});
    lay({"train/.ipynb_checkpoints/1-checkpoint.jpeg", "train/lung_aca/.ipynb_checkpoints/1-checkpoint.jpeg",
         ".ipynb_checkpoints/x.jpeg"});
    const auto found = read();
    EXPECT_EQ(found.tiles.size(), 6U);
    EXPECT_THAT(found.ignored, IsEmpty());
    EXPECT_THAT(found.notes, Contains(HasSubstr("3 pictures in hidden folders, such as ")));
    EXPECT_THAT(found.notes, Contains(HasSubstr("0 lung_aca (LUAD), 1 lung_scc (LUSC)")));
}

TEST_F(ClassFolders, AreNotFollowedInCircles) {
    lay_parts({"train", "validation", "test"}, {"lung_aca", "lung_scc"});
    fs::create_directory_symlink(folder / "circle", folder / "circle");
    fs::create_directory_symlink(folder.path(), folder / "train" / "lung_aca" / "up");
    fs::create_symlink(folder / "loop.png", folder / "loop.png");
    const auto found = read();
    EXPECT_EQ(found.tiles.size(), 6U);
    EXPECT_THAT(found.notes, Contains(EndsWith("lies in no part and is left out: loop.png")));
}

TEST_F(ClassFolders, AreTakenTogetherWhereTwoAreOnePart) {
    lay_parts({"train", "val", "valid", "test"}, {"lung_aca", "lung_scc"});
    const auto found = read();
    EXPECT_EQ(found.tiles.size(), 8U);
    EXPECT_THAT(found.notes, Contains(EndsWith("val, valid are taken together for the validation part")));
}

TEST_F(ClassFolders, AreRefusedBesideParts) {
    lay_parts({"train", "test"}, {"lung_aca", "lung_scc"});
    lay({"lung_aca/1.jpeg"});
    try {
        read();
        FAIL() << "was not refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_data);
        EXPECT_EQ(error.subject(), folder.path().string());
        EXPECT_THAT(error.cause(), HasSubstr("class folders (lung_aca) beside parts (train, test)"));
    }
}

TEST_F(ClassFolders, NameOtherClassesWithTheNumberOfTheirPictures) {
    lay_parts({"train", "validation", "test"}, {"lung_aca", "lung_scc", "colon_aca"});
    const auto found = read();
    EXPECT_THAT(found.ignored, ElementsAre(std::pair("colon_aca", 3U)));
    EXPECT_THAT(found.notes, Contains(HasSubstr("0 colon_aca (no class of ours), 1 lung_aca (LUAD)")));
}

TEST_F(ClassFolders, DividedGiveTheSplitThatTheySay) {
    lay_parts({"train", "val", "test"}, {"lung_aca", "lung_scc"});
    lay({"train/lung_aca/2.jpeg"});
    const auto dataset = read_dataset(folder.path());
    EXPECT_THAT(dataset.divided, ElementsAre(0U));
    EXPECT_TRUE(dataset.has_parts);
    const auto split = split_as_given(dataset);
    EXPECT_EQ(split.description, "as the folders say");
    EXPECT_EQ(split.train.size(), 3U);
    EXPECT_EQ(split.validation.size(), 2U);
    ASSERT_EQ(split.test.size(), 2U);
    for (const auto member : split.test) EXPECT_EQ(dataset.tiles[member].part, Part::test);
}

TEST_F(ClassFolders, DividedMustHaveBothClassesToLearnFromAndToValidateWith) {
    const auto refusal = [&] {
        try {
            split_as_given(read_dataset(folder.path()));
        } catch (const Error& error) {
            return std::string(error.what()) + " " + error.hint();
        }
        return std::string();
    };
    lay_parts({"train"}, {"lung_aca", "lung_scc"});
    EXPECT_THAT(refusal(), AllOf(HasSubstr("the part validation: holds no pictures, by which the epoch is chosen"),
                                 HasSubstr("--split group")));
    lay({"validation/lung_aca/1.png"});
    EXPECT_THAT(refusal(), HasSubstr("the part validation: holds no pictures of LUSC"));
    lay({"validation/lung_scc/1.png"});
    EXPECT_EQ(refusal(), "");
    fs::remove_all(folder / "train" / "lung_scc");
    EXPECT_THAT(refusal(), HasSubstr("the part train: holds no pictures of LUSC, so nothing can be learnt"));
}

}  // namespace
}  // namespace slidetype
