#include "model/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/data/manifest.h"
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
                LabelledTile tile;
                tile.file = group + "_" + std::to_string(i) + ".png";
                tile.label = label, tile.group = group, tile.fold = g % 5;
                dataset.tiles.push_back(std::move(tile));
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
    EXPECT_EQ(class_index("lung_n"), kBenignLabel);
}

TEST(ReadDataset, TakesClassFoldersAndNamesWhatItLeavesOut) {
    const testing::TemporaryFolder folder;
    for (const auto* name :
         {"LUAD/a.png", "LUAD/deep/b.JPEG", "lusc/c.tif", "lung_n/d.png", "colon_n/e.png", "LUAD/notes.txt"}) {
        touch(folder / name);
    }
    const auto dataset = read_dataset(folder.path());
    EXPECT_EQ(dataset.tiles.size(), 4U);
    EXPECT_FALSE(dataset.has_groups);
    EXPECT_THAT(dataset.ignored_classes, ::testing::ElementsAre("colon_n (1)"));
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

TEST(ReadDataset, TakesANamelessGroupForNoneAndAGroupWithABlankForTheSame) {
    const testing::TemporaryFolder folder;
    for (const auto* name : {"a.png", "b.png", "c.png", "d.png"}) touch(folder / name);
    write_file(folder / "m.csv",
               "file,class,group,fold\na.png, LUAD,g1 ,0.0\nb.png,LUSC,g1,1.0\nc.png,LUSC,NA,\n"
               "d.png,LUAD,n/a,\n,,,\n");
    const auto dataset = read_dataset(folder / "m.csv");
    ASSERT_EQ(dataset.tiles.size(), 4U);
    EXPECT_EQ(dataset.tiles[0].group, dataset.tiles[1].group);
    EXPECT_NE(dataset.tiles[2].group, dataset.tiles[3].group);
    EXPECT_FALSE(dataset.has_groups);
    EXPECT_EQ(dataset.tiles[1].fold, 1);
    EXPECT_THAT(dataset.notes, ::testing::ElementsAre(
                                   ::testing::HasSubstr("1 entry \"n/a\" and 1 entry \"NA\" were read as empty"),
                                   ::testing::HasSubstr("2 pictures have no group: each counts as one of its own")));
}

TEST(ReadDataset, CanBeStoppedAtAnyPicture) {
    const testing::TemporaryFolder folder;
    for (const auto* name : {"LUAD/a.png", "LUSC/b.png"}) touch(folder / name);
    const DataInput input{folder.path(), {}};
    EXPECT_THROW(read_datasets({&input, 1},
                               [](std::size_t n) {
                                   if (n == 2) throw Error(ErrorCode::cancelled, "", "stopped");
                               }),
                 Error);
}

TEST(ReadDataset, KnowsWhatTeachesTheGateAlone) {
    const testing::TemporaryFolder folder;
    for (const auto* name : {"a", "b", "c", "d"}) write_file(folder / name, "x");
    write_file(folder / "table.csv",
               "file,class,group,teaches\na,LUAD,1,\nb,LUSC,2,all\nc,Tumor,3,\nd,benign,4,gate\n");
    const auto dataset = read_dataset(folder / "table.csv");
    ASSERT_EQ(dataset.tiles.size(), 4U);
    std::vector<std::string> names;
    for (const auto& tile : dataset.tiles) names.push_back(teaching_name(tile.label, tile.gate_only));
    EXPECT_THAT(names, ::testing::ElementsAre("LUAD", "LUSC", "tumour (gate alone)", "benign (gate alone)"));
    EXPECT_TRUE(dataset.ignored_classes.empty());
    EXPECT_TRUE(dataset.notes.empty());

    write_file(folder / "table.csv", "file,class,group,teaches\na,LUAD,1,gate\nb,LUSC,2,\n");
    EXPECT_THROW(read_dataset(folder / "table.csv"), Error) << "no LUAD is left";
    write_file(folder / "table.csv", "file,class,group,teaches\na,LUAD,1,nothing\nb,LUSC,2,\n");
    try {
        read_dataset(folder / "table.csv");
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("teaches is \"nothing\""));
    }
}

TEST(ReadDataset, TakesTheSplitColumnAndNamesARowWithAnotherWord) {
    const testing::TemporaryFolder folder;
    for (const auto* name : {"a.png", "b.png", "c.png", "d.png"}) touch(folder / name);
    write_file(folder / "m.csv", "File, class,split\na.png,LUAD,train\nb.png,LUSC,val\nc.png,LUSC,Test\nd.png,LUSC,\n");
    const auto dataset = read_dataset(folder / "m.csv");
    ASSERT_TRUE(dataset.has_parts);
    const auto split = split_as_given(dataset);
    EXPECT_THAT(split.train, ::testing::ElementsAre(0, 3));
    EXPECT_THAT(split.validation, ::testing::ElementsAre(1));
    EXPECT_THAT(members_of_part(dataset, Part::test), ::testing::ElementsAre(2));

    write_file(folder / "m.csv", "file,class,split,fold\na.png,LUAD,,\nb.png,LUSC,,\n");
    EXPECT_FALSE(read_dataset(folder / "m.csv").has_parts) << "a column without a word says nothing";
    EXPECT_FALSE(read_dataset(folder / "m.csv").has_folds);

    write_file(folder / "m.csv", "file,class,split\na.png,LUAD,train\nb.png,LUSC,dev\n");
    try {
        read_dataset(folder / "m.csv");
        ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("line 3"));
        EXPECT_THAT(error.what(), ::testing::HasSubstr("dev"));
    }
}

TEST(ReadDataset, PutsSeveralInputsTogetherAndCountsAPictureOnce) {
    const testing::TemporaryFolder folder;
    for (const auto* name : {"one/LUAD/a.png", "one/LUAD/b.png", "two/c.png"}) touch(folder / name);
    write_file(folder / "m.csv",
               "file,class,group,fold\ntwo/c.png,LUSC,g,0\none/LUAD/a.png,LUAD,h,1\none/LUAD/b.png,LUSC,h,1\n");
    const std::vector<DataInput> inputs = {{folder / "one", {}}, {folder / "m.csv", {}}};
    const auto dataset = read_datasets(inputs);
    ASSERT_EQ(dataset.tiles.size(), 2U);
    EXPECT_EQ(dataset.tiles[0].file.filename(), "a.png");
    EXPECT_EQ(dataset.tiles[1].source, 1U);
    EXPECT_FALSE(dataset.has_groups) << "those of the folder have none";
    ASSERT_EQ(dataset.problems.size(), 2U);
    EXPECT_THAT(dataset.problems[0], ::testing::HasSubstr("given twice"));
    EXPECT_THAT(dataset.problems[1], ::testing::HasSubstr("two different classes"));
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
    EXPECT_THAT(refusal("file,fold\na\n"), ::testing::HasSubstr("line 2"));
    EXPECT_THAT(refusal("file,fold\na,one\n"), ::testing::HasSubstr("one"));
    EXPECT_THAT(refusal("file,fold\na,1\nb,one\n"), ::testing::HasSubstr("line 3"));
    EXPECT_THAT(refusal("file,fold\n\"a,1\n"), ::testing::HasSubstr("not closed"));
    EXPECT_THAT(refusal("file,fold,File\na,1,b\n"), ::testing::HasSubstr("twice"));
    EXPECT_EQ(refusal(" File ,FOLD\na,1\n"), "accepted");
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

TEST(SplitByGroup, SplitsTheBenignGroupsToo) {
    auto dataset = made_up(20, 5);
    for (std::size_t i = 0; i < 100; ++i) {
        auto tile = dataset.tiles[i];
        tile.label = kBenignLabel, tile.group += "_benign";
        dataset.tiles.push_back(std::move(tile));
    }
    const auto split = split_by_group(dataset, 0.2, 1);
    EXPECT_EQ(leaking_groups(dataset, split), 0U);
    EXPECT_EQ(std::ranges::count_if(split.validation, [&](auto i) { return dataset.tiles[i].label == kBenignLabel; }),
              20);
}

TEST(SplitByGroup, KeepsPicturesForTestingOut) {
    auto dataset = made_up(20, 5);
    dataset.has_parts = true;
    for (std::size_t i = 0; i < 50; ++i) dataset.tiles[i].part = Part::test;
    for (const auto& split :
         {split_by_group(dataset, 0.2, 1), split_by_fold(dataset, 0), split_at_random(dataset, 0.2, 1)}) {
        EXPECT_EQ(split.train.size() + split.validation.size(), 150U);
        EXPECT_EQ(split.test.size(), 50U);
        EXPECT_THAT(split.test, ::testing::Each(::testing::Lt(50U)));
        EXPECT_THAT(split.train, ::testing::Each(::testing::Ge(50U)));
    }
}

TEST(Split, TellsOfGroupsThatReachIntoTheTestPart) {
    auto dataset = made_up(4, 5);
    dataset.has_parts = true;
    for (auto& tile : dataset.tiles) tile.part = tile.group.ends_with("_3") ? Part::test : Part::train;
    dataset.tiles[0].part = Part::validation;
    EXPECT_EQ(groups_leaking_into_test(dataset, split_as_given(dataset)), 0U);
    dataset.tiles[1].part = Part::test;
    EXPECT_EQ(groups_leaking_into_test(dataset, split_as_given(dataset)), 1U) << "trains and validates elsewhere";
}

/// Slides that all hold both classes: `sizes` tiles of each class.
Dataset annotated(const std::vector<int>& sizes, std::size_t source = 0) {
    Dataset dataset;
    dataset.has_groups = true;
    for (std::size_t slide = 0; slide < sizes.size(); ++slide) {
        for (int i = 0; i < 2 * sizes[slide]; ++i) {
            LabelledTile tile;
            tile.group = "slide" + std::to_string(slide), tile.label = i % 2, tile.source = source;
            tile.file = tile.group + "/" + std::to_string(i) + ".png";
            tile.block = std::to_string(i / 2 * 5 / sizes[slide]);
            dataset.tiles.push_back(std::move(tile));
        }
    }
    return dataset;
}

TEST(SplitByGroup, CanDoWithTwoSlidesThatHoldBothClasses) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto dataset = annotated({30, 10});
        const auto split = split_by_group(dataset, 0.2, seed);
        EXPECT_EQ(split.validation.size(), 20U) << "the smaller slide";
        EXPECT_EQ(leaking_groups(dataset, split), 0U);
    }
}

TEST(SplitByGroup, LetsASingleCorrectedSlideTrainBesideOtherData) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        auto dataset = made_up(20, 5);
        for (auto& tile : annotated({30}, 1).tiles) dataset.tiles.push_back(tile);
        const auto split = split_by_group(dataset, 0.2, seed);
        EXPECT_EQ(std::ranges::count_if(split.train, [&](auto i) { return dataset.tiles[i].source == 1; }), 60);
        EXPECT_EQ(split.validation.size(), 40U);
    }
}

TEST(SplitByBlock, PartsASingleSlide) {
    const auto dataset = annotated({30});
    EXPECT_FALSE(has_groups_to_split(dataset));
    EXPECT_TRUE(has_groups_to_split(annotated({30, 10})));
    const auto split = split_by_block(dataset, 0.2, 3);
    EXPECT_EQ(split.validation.size(), 12U);
    std::set<std::string> train, validation;
    const auto name = [&](std::size_t i) { return std::to_string(dataset.tiles[i].label) + dataset.tiles[i].block; };
    for (const auto i : split.train) train.insert(name(i));
    for (const auto i : split.validation) validation.insert(name(i));
    EXPECT_EQ(validation.size(), 2U) << "a block of each class";
    for (const auto& block : validation) EXPECT_FALSE(train.contains(block)) << block;
}

TEST(SplitByGroup, RefusesASingleGroupPerClass) {
    EXPECT_THROW(split_by_group(made_up(1, 5), 0.2, 1), Error);
}

}  // namespace
}  // namespace slidetype
