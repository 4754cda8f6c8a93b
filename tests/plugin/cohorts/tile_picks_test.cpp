#include "plugin/cohorts/tile_picks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "model/data/dataset.h"
#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

constexpr int kLusc = 1;

/// A rule that bounds nothing.
PickRule rule_of(double attended, double unattended) {
    return {.attended = attended, .unattended = unattended, .most = 1000};
}

/// Tiles at these places by the median head, and by the highest.
std::vector<TileAttention> at(const std::vector<float>& places) {
    std::vector<TileAttention> tiles;
    tiles.reserve(places.size());
    for (const float place : places) tiles.push_back({place, place});
    return tiles;
}

TEST(PickTiles, TakesTheMostAttendedForTheDiagnosisAndTheLeastForBenign) {
    const auto picks = pick_tiles(at({95, 5, 50, 86, 12, 85}), kLusc, rule_of(0.15, 0.1), 1000);
    EXPECT_THAT(picks, ElementsAre(TilePick{0, kLusc}, TilePick{1, kBenignLabel}, TilePick{3, kLusc}));
}

TEST(PickTiles, ATileThatOneHeadPlacesHighIsNotBenign) {
    const std::vector<TileAttention> tiles = {{5, 5}, {5, 60}};
    EXPECT_THAT(pick_tiles(tiles, 0, rule_of(0.15, 0.1), 1000), ElementsAre(TilePick{0, kBenignLabel}));
}

TEST(PickTiles, WithoutAShareOfTheUnattendedTeachesNothingBenign) {
    EXPECT_THAT(pick_tiles(at({0, 1, 99}), 0, rule_of(0.15, 0), 1000), ElementsAre(TilePick{2, 0}));
}

TEST(PickTiles, OfASlideAtWhichNoHeadLooksGivesNone) {
    EXPECT_THAT(pick_tiles(at({40, 50, 60}), 0, rule_of(0.15, 0.1), 1000), IsEmpty());
    EXPECT_THAT(pick_tiles({}, 0, rule_of(0.15, 0.1), 1000), IsEmpty());
}

TEST(PickTiles, SpreadsOverTheOrderOfAttentionWhereMoreFitThanMayBeTaken) {
    // By attention: 3, 1, 5, 0, 4, 2; every second of them.
    const auto picks = pick_tiles(at({93, 98, 91, 99, 92, 95}), 0, rule_of(0.15, 0), 3);
    EXPECT_THAT(picks, ElementsAre(Field(&TilePick::tile, 3), Field(&TilePick::tile, 4), Field(&TilePick::tile, 5)));
}

TEST(PickTiles, OfEqualAttentionTakesTheEarlierFirst) {
    const auto picks = pick_tiles(at({90, 90, 90, 90}), 0, rule_of(0.15, 0), 2);
    EXPECT_THAT(picks, ElementsAre(TilePick{0, 0}, TilePick{2, 0}));
}

TEST(CompareAttention, PlacesTilesAmongThoseOfAllSlides) {
    const std::vector<std::vector<float>> scores = {{-1, 7, 3, 2}};
    const auto tiles = compare_attention(scores);
    EXPECT_THAT(tiles, ElementsAre(TileAttention{12.5, 12.5}, TileAttention{87.5, 87.5}, TileAttention{62.5, 62.5},
                                   TileAttention{37.5, 37.5}));
}

TEST(CompareAttention, AsksTheHeadsTogetherSoThatOneWhichLooksAwayDoesNotCount) {
    // The first tile is tumour, at which the second head does not look.
    const std::vector<std::vector<float>> scores = {{9, 1, 2, 3}, {-5, 1, 2, 3}, {8, 2, 1, 3}};
    const auto tiles = compare_attention(scores);
    EXPECT_EQ(tiles[0].median, 87.5F);
    for (std::size_t i = 1; i < tiles.size(); ++i) EXPECT_LT(tiles[i].median, tiles[0].median) << i;
    EXPECT_EQ(tiles[1].highest, 12.5F) << "no head places it high";
    EXPECT_EQ(tiles[0].highest, 75.0F) << "with the last, which some head places as high";
    EXPECT_EQ(tiles[3].highest, 75.0F);
}

TEST(CompareAttention, OfTwoHeadsTakesTheMiddle) {
    const std::vector<std::vector<float>> scores = {{1, 2}, {2, 1}};
    EXPECT_THAT(compare_attention(scores), ElementsAre(TileAttention{50, 50}, TileAttention{50, 50}));
}

TEST(CompareAttention, EqualAttentionGivesEqualPlaces) {
    const std::vector<std::vector<float>> scores = {{4, 4, 4, 4}};
    for (const auto& tile : compare_attention(scores)) EXPECT_EQ(tile, (TileAttention{50, 50}));
}

TEST(CompareAttention, RefusesHeadsThatSawOtherTiles) {
    const std::vector<std::vector<float>> scores = {{1, 2}, {1}};
    EXPECT_EQ(testing::code_of([&] { compare_attention(scores); }), ErrorCode::internal);
    EXPECT_EQ(testing::code_of([] { compare_attention({}); }), ErrorCode::internal);
}

}  // namespace
}  // namespace slidetype
