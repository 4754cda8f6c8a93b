#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "tests/plugin/make_result.h"

namespace slidetype {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

TEST(SlideResultTest, TheTopClassIsThatOfTheHighestProbability) {
    SlideResult result;
    result.model.class_names = {"a", "b", "c"};
    result.probabilities = {0.2F, 0.5F, 0.3F, 0.4F, 0.2F, 0.4F, kNone, kNone, kNone};
    EXPECT_EQ(result.top_class(0), 1U);
    EXPECT_EQ(result.top_class(1), 0U) << "ties go to the lower index";
    EXPECT_EQ(result.top_class(2), std::nullopt) << "not scored";
    EXPECT_EQ(result.top_class(3), std::nullopt) << "no such row";
}

TEST(SlideResultTest, BenignAndUnfamiliarTilesHaveATopClassAndNoVote) {
    SlideResult result;
    result.model.class_names = {"a", "b"};
    result.grid.tiles.resize(3);
    result.probabilities = {0.2F, 0.8F, 0.2F, 0.8F, 0.9F, 0.1F};
    result.grid.tiles[1].status = TileStatus::benign;
    result.grid.tiles[2].status = TileStatus::unfamiliar;
    EXPECT_EQ(result.voted_class(0), 1U);
    EXPECT_EQ(result.voted_class(1), std::nullopt);
    EXPECT_EQ(result.voted_class(2), std::nullopt);
    EXPECT_EQ(result.top_class(2), 0U);
}

TEST(SlideResultTest, StatusCountsAddUpToAllTiles) {
    const SlideResult result = testing::make_result();
    const auto counts = result.status_counts();
    std::size_t sum = 0, ok = 0;
    for (const auto count : counts) sum += count;
    for (const Tile& tile : result.grid.tiles) ok += tile.status == TileStatus::ok ? 1 : 0;
    EXPECT_EQ(sum, result.grid.tiles.size());
    EXPECT_EQ(counts[static_cast<std::size_t>(TileStatus::ok)], ok);
    EXPECT_GT(ok, 0U);
}

TEST(SlideResultTest, LuadIsBlueAndLuscVermilionWhateverTheirIndex) {
    EXPECT_EQ(class_color("LUAD", 5), (Color{0, 114, 178}));
    EXPECT_EQ(class_color("LUSC", 0), (Color{213, 94, 0}));
}

TEST(SlideResultTest, QuPathsOwnClassesHaveQuPathsColours) {
    EXPECT_EQ(class_color("Tumor", 3), (Color{200, 0, 0}));
    EXPECT_EQ(class_color("Stroma", 3), (Color{150, 200, 150}));
}

TEST(SlideResultTest, TwentyOtherClassesHaveTwentyColours) {
    std::set<Color> colors;
    for (std::size_t k = 0; k < 20; ++k) colors.insert(class_color("class " + std::to_string(k), k));
    EXPECT_EQ(colors.size(), 20U);
}

TEST(SlideResultTest, TheLuscColumnIsFoundInEitherOrderAndOnlyInATwoClassModel) {
    EXPECT_EQ(lusc_column({"LUAD", "LUSC"}), 1U);
    EXPECT_EQ(lusc_column({"LUSC", "LUAD"}), 0U);
    EXPECT_EQ(lusc_column({"LUAD", "LUSC", "normal"}), std::nullopt);
    EXPECT_EQ(lusc_column({"Tumor", "Other"}), std::nullopt);
}

}  // namespace
}  // namespace slidetype
