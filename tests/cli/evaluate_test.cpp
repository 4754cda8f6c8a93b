// `slidetype evaluate` as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "tests/cli/program.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::slidetype;

class Evaluate : public ::testing::Test {
  protected:
    Evaluate() {
        testing::write_striped_folders(folder / "data", 112, 6);
        testing::write_random_model(folder / "model", "compact", 1);
        std::string manifest = "file,class,group,fold\n";
        for (const std::string name : {"LUAD", "LUSC"}) {
            for (int i = 0; i < 6; ++i) {
                manifest += name + "/tile" + std::to_string(i) + ".png," + name + "," + name + std::to_string(i / 2) +
                            "," + std::to_string(i / 4) + "\n";
            }
        }
        write_file(folder / "data" / "tiles.csv", manifest);
    }
    std::string path(const std::string& name) const { return (folder / name).string(); }
    testing::TemporaryFolder folder;
};

TEST_F(Evaluate, PrintsFiguresWithIntervalsAndTheWorstGroups) {
    const auto done = slidetype({"evaluate", path("model"), path("data/tiles.csv"), "--by-group", "-q"});
    ASSERT_EQ(done.code, 0) << done.error;
    for (const std::string text : {"12 pictures in 6 groups", "AUC (95 %)", "balanced accuracy",
                                   "sensitivity LUAD = specificity LUSC", "worst groups", "called LUSC"}) {
        EXPECT_THAT(done.out, HasSubstr(text));
    }
    const auto short_one = slidetype({"evaluate", path("model"), path("data/tiles.csv"), "-q"});
    EXPECT_THAT(short_one.out, Not(HasSubstr("worst groups")));
}

TEST_F(Evaluate, TakesOneFoldAndWritesTheReportWithItsCommand) {
    const auto done = slidetype({"evaluate", path("model"), path("data/tiles.csv"), "--fold", "1", "--by-group",
                                 "--report", path("a report.html"), "--json", path("figures.json"), "-q"});
    ASSERT_EQ(done.code, 0) << done.error;
    const auto figures = json::parse(read_file(folder / "figures.json"));
    EXPECT_EQ(figures["n"], 4);
    EXPECT_EQ(figures["by_group"].size(), 2U);
    const auto page = read_file(folder / "a report.html");
    EXPECT_THAT(page, HasSubstr("fold 1"));
    EXPECT_THAT(page, HasSubstr("Confusion matrix"));
    EXPECT_THAT(page, HasSubstr(" --report &#39;" + path("a report.html") + "&#39; "));
}

TEST_F(Evaluate, GivesTheSameFilesForAnyNumberOfThreads) {
    for (const std::string threads : {"1", "3"}) {
        ASSERT_EQ(slidetype({"evaluate", path("model"), path("data/tiles.csv"), "--shift", "--json",
                             path("figures" + threads), "-t", threads, "-q"})
                      .code,
                  0);
    }
    EXPECT_EQ(read_file(folder / "figures1"), read_file(folder / "figures3"));
}

TEST_F(Evaluate, TakesTheTestPartOfDividedFoldersUnlessAnotherIsNamed) {
    testing::write_striped_folders(folder / "parts" / "train", 112, 5);
    testing::write_striped_folders(folder / "parts" / "val", 112, 2);
    testing::write_striped_folders(folder / "parts" / "test", 112, 3);
    const auto measured = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"evaluate", path("model"), path("parts"), "-q", "--json", path("figures.json")});
        const auto done = slidetype(more);
        EXPECT_EQ(done.code, 0) << done.error;
        return std::pair(json::parse(read_file(folder / "figures.json"))["n"].get<int>(), done.out);
    };
    const auto [tested, said] = measured({});
    EXPECT_EQ(tested, 6);
    EXPECT_THAT(said, HasSubstr("Measured with the test part (train 10, validation 4, test 6); --part takes another"));
    EXPECT_THAT(said, HasSubstr("6 test pictures look like copies of pictures in train or validation"));
    EXPECT_EQ(measured({"--part", "validation"}).first, 4);
    EXPECT_THAT(measured({"--part", "validation"}).second, HasSubstr("look like copies of pictures in train"));
    EXPECT_EQ(measured({"--part", "train"}).first, 10);
    EXPECT_EQ(measured({"--part", "all"}).first, 20);
    // Data without parts beside it counts whole.
    EXPECT_EQ(measured({path("data/tiles.csv")}).first, 6 + 12);

    std::filesystem::remove_all(folder / "parts" / "test");
    const auto without = slidetype({"evaluate", path("model"), path("parts"), "-q"});
    EXPECT_EQ(without.code, 1);
    EXPECT_THAT(without.error, HasSubstr("the part test: holds no pictures; there are: train 10, validation 4"));
}

}  // namespace
}  // namespace slidetype
