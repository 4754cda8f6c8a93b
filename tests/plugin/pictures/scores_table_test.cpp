#include "plugin/pictures/scores_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

ScoreRow voting_row() {
    ScoreRow row;
    row.file = "case 1/a, \"odd\"\nname.jpg", row.case_name = "case 1";
    row.width = 224, row.height = 200;
    row.class_name = "LUSC";
    row.probabilities = {0.25, 0.75};
    row.tumour = 0.9, row.strangeness = 0.5;
    row.spacing_um_px = 0.5, row.scale = ScaleSource::file;
    row.tiles = 12, row.voting_tiles = 7;
    row.vote.emplace();
    row.vote->call = "mixed";
    row.vote->ci95 = {0.125, 0.875};
    row.vote->mean_prob_lusc = 0.5, row.vote->border_share = 0.25;
    row.vote->voting_mm2 = 1.5, row.vote->tumour_mm2 = 1.25;
    row.heatmap = "heatmaps/a.png", row.note = "cut";
    return row;
}

ScoreRow unreadable_row() {
    ScoreRow row;
    row.file = "b.jpg", row.case_name = ".";
    row.status = TileStatus::read_error;
    row.reason = "is empty";
    return row;
}

TEST(ScoresTable, IsReadBackAsItWasWritten) {
    const testing::TemporaryFolder folder;
    write_scores({{"LUAD", "LUSC"}, true, true, {voting_row(), unreadable_row()}}, folder / "scores.csv");
    EXPECT_THAT(read_file(folder / "scores.csv"),
                StartsWith("file,case,width,height,status,class,prob_LUAD,prob_LUSC,prob_tumour,strangeness,reason,"
                           "spacing_um_px,scale,tiles,voting_tiles,call,ci95_low,ci95_high,vote_mean,border_share,"
                           "voting_area_mm2,tumour_area_mm2,heatmap,note\n"));
    const auto table = read_scores(folder / "scores.csv");
    EXPECT_EQ(table.class_names, (std::vector<std::string>{"LUAD", "LUSC"}));
    EXPECT_TRUE(table.has_tumour && table.has_strangeness);
    ASSERT_EQ(table.rows.size(), 2U);
    const auto& row = table.rows[0];
    const auto wanted = voting_row();
    EXPECT_EQ(row.file, wanted.file);
    EXPECT_EQ(row.case_name, wanted.case_name);
    EXPECT_EQ(row.class_name, "LUSC");
    EXPECT_EQ(row.probabilities, wanted.probabilities);
    EXPECT_EQ(row.tumour, wanted.tumour);
    EXPECT_EQ(row.strangeness, wanted.strangeness);
    EXPECT_EQ(row.spacing_um_px, wanted.spacing_um_px);
    EXPECT_EQ(row.scale, ScaleSource::file);
    EXPECT_EQ(row.tiles, 12U);
    EXPECT_EQ(row.voting_tiles, 7U);
    EXPECT_EQ(row.vote, wanted.vote);
    EXPECT_FALSE(table.rows[1].vote);
    EXPECT_EQ(row.heatmap, wanted.heatmap);
    EXPECT_EQ(row.note, wanted.note);
    EXPECT_EQ(table.rows[1].status, TileStatus::read_error);
    EXPECT_EQ(table.rows[1].reason, "is empty");
    EXPECT_FALSE(table.rows[1].is_scored());
    EXPECT_EQ(table.rows[1].width, 0);
}

TEST(ScoresTable, HasNoColumnsForWhatTheModelDoesNotSay) {
    const testing::TemporaryFolder folder;
    ScoreRow row;
    row.file = "a.png", row.case_name = ".";
    row.probabilities = {1};
    row.class_name = "Tumour cells";
    row.spacing_um_px = 1;
    row.tiles = row.voting_tiles = 1;
    write_scores({{"Tumour cells"}, false, false, {row}}, folder / "scores.csv");
    const auto table = read_scores(folder / "scores.csv");
    EXPECT_EQ(table.class_names, std::vector<std::string>{"Tumour cells"});
    EXPECT_FALSE(table.has_tumour || table.has_strangeness);
    EXPECT_EQ(table.rows.at(0).probabilities, std::vector<double>{1});
}

TEST(ScoresTable, RefusesWhatItHasNotWritten) {
    const testing::TemporaryFolder folder;
    write_file(folder / "scores.csv", "file,case\na,b\n");
    EXPECT_THROW(read_scores(folder / "scores.csv"), Error);
    write_scores({{"LUAD", "LUSC"}, false, false, {voting_row()}}, folder / "scores.csv");
    auto text = read_file(folder / "scores.csv");
    text.replace(text.find(",ok,"), 4, ",so,");
    write_file(folder / "scores.csv", text);
    try {
        read_scores(folder / "scores.csv");
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("\"so\" is no status"));
    }
}

}  // namespace
}  // namespace slidetype
