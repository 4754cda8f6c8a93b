#include "model/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/manifest.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

/// `groups` groups of `size` tiles per class, fold = group % 5.
Dataset made_up(int groups, int size) {
    Dataset dataset;
    dataset.class_names = {"LUAD", "LUSC"};
    dataset.has_groups = dataset.has_folds = true;
    for (int label = 0; label < 2; ++label) {
        for (int g = 0; g < groups; ++g) {
            for (int i = 0; i < size; ++i) {
                const auto group = std::to_string(label) + "_" + std::to_string(g);
                dataset.tiles.push_back({group + "_" + std::to_string(i) + ".png", label, group, g % 5});
            }
        }
    }
    return dataset;
}

void touch(const fs::path& file) {
    fs::create_directories(file.parent_path());
    write_file(file, "x");
}

TEST(ClassIndex, KnowsTheAliases) {
    EXPECT_EQ(class_index("LUAD"), 0);
    EXPECT_EQ(class_index("lung_aca"), 0);
    EXPECT_EQ(class_index("lung_scc"), 1);
    EXPECT_EQ(class_index("Lusc"), 1);
    EXPECT_EQ(class_index("lung_n"), -1);
}

TEST(ReadDataset, TakesClassFoldersAndNamesWhatItLeavesOut) {
    const testing::TemporaryFolder folder;
    for (const auto* name : {"LUAD/a.png", "LUAD/deep/b.JPEG", "lusc/c.tif", "lung_n/d.png", "LUAD/notes.txt"}) {
        touch(folder / name);
    }
    const auto dataset = read_dataset(folder.path());
    EXPECT_EQ(dataset.tiles.size(), 3U);
    EXPECT_FALSE(dataset.has_groups);
    EXPECT_THAT(dataset.ignored_classes, ::testing::ElementsAre("lung_n (1)"));
}

TEST(ReadDataset, TakesAManifestAndReportsMissingFiles) {
    const testing::TemporaryFolder folder;
    for (const auto* name : {"a.png", "b.png"}) touch(folder / name);
    write_file(folder / "m.csv",
               "file,class,group,fold,extra\r\n\"a.png\",lung_aca,g1,0,\"x, "
               "\"\"y\"\"\"\r\nb.png,LUSC,g2,1,\r\nc.png,LUSC,g2,1,\r\n");
    const auto dataset = read_dataset(folder / "m.csv");
    ASSERT_EQ(dataset.tiles.size(), 2U);
    EXPECT_TRUE(dataset.has_groups && dataset.has_folds);
    EXPECT_EQ(dataset.tiles[1].group, "g2");
    EXPECT_EQ(dataset.tiles[1].fold, 1);
    ASSERT_EQ(dataset.problems.size(), 1U);
    EXPECT_THAT(dataset.problems[0], ::testing::HasSubstr("c.png"));
}

TEST(ReadDataset, RefusesDataOfOneClass) {
    const testing::TemporaryFolder folder;
    touch(folder / "LUAD/a.png");
    EXPECT_THROW(read_dataset(folder.path()), Error);
    EXPECT_THROW(read_dataset(folder / "none"), Error);
}

TEST(Manifest, NamesWhatIsWrong) {
    const testing::TemporaryFolder folder;
    const auto refusal = [&](const std::string& text) {
        write_file(folder / "m.csv", text);
        try {
            const auto manifest = read_manifest(folder / "m.csv", {"file", "fold"});
            for (const auto& row : manifest.rows) (void)manifest.integer(row, "fold");
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    EXPECT_EQ(refusal("\xEF\xBB\xBF"
                      "file,fold\na,1\n"),
              "accepted");
    EXPECT_THAT(refusal(""), ::testing::HasSubstr("empty"));
    EXPECT_THAT(refusal("file,class\n"), ::testing::HasSubstr("fold"));
    EXPECT_THAT(refusal("file,fold\na\n"), ::testing::HasSubstr("record 2"));
    EXPECT_THAT(refusal("file,fold\na,one\n"), ::testing::HasSubstr("one"));
    EXPECT_THAT(refusal("file,fold\n\"a,1\n"), ::testing::HasSubstr("not closed"));
}

TEST(SplitByFold, KeepsGroupsTogether) {
    const auto dataset = made_up(10, 4);
    const auto split = split_by_fold(dataset, 4);
    EXPECT_EQ(split.validation.size(), 2U * 2 * 4);
    EXPECT_EQ(split.train.size() + split.validation.size(), dataset.tiles.size());
    EXPECT_EQ(leaking_groups(dataset, split), 0U);
    EXPECT_THROW(split_by_fold(dataset, 9), Error);
}

TEST(SplitByFold, RefusesFoldsThatCutAGroup) {
    auto dataset = made_up(10, 4);
    dataset.tiles[0].fold = 4;
    EXPECT_THROW(split_by_fold(dataset, 4), Error);
}

TEST(SplitByGroup, NeverCutsAGroupAndTakesAboutTheShareOfEachClass) {
    const auto dataset = made_up(20, 5);
    const auto split = split_by_group(dataset, 0.2, 1);
    EXPECT_EQ(leaking_groups(dataset, split), 0U);
    std::array<int, 2> per_class{};
    for (const auto i : split.validation) ++per_class[static_cast<std::size_t>(dataset.tiles[i].label)];
    EXPECT_EQ(per_class[0], 20);
    EXPECT_EQ(per_class[1], 20);
    EXPECT_NE(split_by_group(dataset, 0.2, 2).validation, split.validation);
    EXPECT_EQ(split_by_group(dataset, 0.2, 1).validation, split.validation);
}

TEST(SplitAtRandom, CutsGroups) {
    const auto dataset = made_up(20, 5);
    EXPECT_GT(leaking_groups(dataset, split_at_random(dataset, 0.2, 1)), 10U);
}

TEST(SplitByGroup, RefusesASingleGroupPerClass) {
    EXPECT_THROW(split_by_group(made_up(1, 5), 0.2, 1), Error);
}

}  // namespace
}  // namespace slidetype
