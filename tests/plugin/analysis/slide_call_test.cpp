#include "plugin/analysis/slide_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "plugin/analysis/coherent_regions.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

constexpr double kTileMm2 = 0.0164;  // 128 µm

/// A field of `columns` × `rows` tiles whose probability is `left` in the left half and `right` in the right half.
std::vector<CallTile> field(int columns, int rows, double left, double right) {
    std::vector<CallTile> tiles;
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            const double noise = 0.05 * std::sin(3.0 * column + 5.0 * row);
            const double p = (2 * column < columns ? left : right) + noise;
            tiles.push_back({column, row, kTileMm2, static_cast<float>(p)});
        }
    }
    return tiles;
}

SetAside set_aside(std::size_t benign, std::size_t unfamiliar) {
    SetAside aside;
    for (std::size_t k = 0; k < benign; ++k) aside.benign.add(kTileMm2);
    for (std::size_t k = 0; k < unfamiliar; ++k) aside.unfamiliar.add(kTileMm2);
    return aside;
}

TEST(SlideCallTest, ASlideOfLuscTilesIsLusc) {
    const SlideCall call = call_slide(field(20, 20, 0.9, 0.8));
    EXPECT_EQ(call.label, CallLabel::lusc);
    EXPECT_NEAR(*call.prob_lusc, 0.85, 0.01);
    EXPECT_LT((*call.ci95)[0], *call.prob_lusc);
    EXPECT_GT((*call.ci95)[1], *call.prob_lusc);
    EXPECT_THAT(call.reason, HasSubstr("lies above one half."));
    EXPECT_NEAR(call.scored_area_mm2, 400 * kTileMm2, 1e-9);
}

TEST(SlideCallTest, ASlideOfLuadTilesIsLuad) {
    const SlideCall call = call_slide(field(20, 20, 0.1, 0.2));
    EXPECT_EQ(call.label, CallLabel::luad);
    EXPECT_THAT(call.reason, HasSubstr("lies below one half."));
}

TEST(SlideCallTest, AHalfOfEachClassIsMixedWithTheShareOfEach) {
    const SlideCall call = call_slide(field(16, 16, 0.1, 0.9));
    EXPECT_EQ(call.label, CallLabel::mixed);
    EXPECT_NEAR(call.coherent_mm2[0], 128 * kTileMm2, 1e-9);
    EXPECT_NEAR(call.coherent_mm2[1], 128 * kTileMm2, 1e-9);
    EXPECT_EQ(call.reason, "Both classes form regions of their own: LUAD 2.099 mm² (50 %) and LUSC 2.099 mm² (50 %).");
    EXPECT_NEAR(*call.prob_lusc, 0.5, 0.02) << "the mean and its interval are still there";
    EXPECT_TRUE(call.ci95.has_value());
}

/// `columns` × `rows` tiles; the class changes from tile to tile, or block by block.
std::vector<CallTile> checkers(int columns, int rows, int edge) {
    std::vector<CallTile> tiles;
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            tiles.push_back({column, row, kTileMm2, (column / edge + row / edge) % 2 == 0 ? 0.1F : 0.9F});
        }
    }
    return tiles;
}

TEST(SlideCallTest, ClassesThatAreSprinkledThroughEachOtherAreIndeterminateNotMixed) {
    const SlideCall call = call_slide(checkers(16, 16, 1));
    EXPECT_EQ(call.label, CallLabel::indeterminate);
    EXPECT_THAT(call.reason, HasSubstr("contains one half."));
}

TEST(SlideCallTest, RegionsThatAreTooSmallDoNotMakeItMixed) {
    auto tiles = field(20, 20, 0.9, 0.9);
    // Three by five LUAD tiles are 0.246 mm² and one in 27 of the slide.
    for (auto& tile : tiles) {
        if (tile.column >= 8 && tile.column < 11 && tile.row >= 8 && tile.row < 13) tile.prob_lusc = 0.1F;
    }
    EXPECT_EQ(call_slide(tiles).label, CallLabel::lusc);
    CallOptions eager;
    eager.thresholds.mixed_share = 0.02;
    EXPECT_EQ(call_slide(tiles, eager).label, CallLabel::lusc) << "the region is below mixed_region_mm2";
    eager.thresholds.mixed_region_mm2 = 0.1;
    EXPECT_EQ(call_slide(tiles, eager).label, CallLabel::mixed);
}

TEST(SlideCallTest, MixedNeedsTheShareOfTheVotingTissue) {
    // Four of twenty columns.
    auto tiles = field(20, 20, 0.9, 0.9);
    for (auto& tile : tiles) tile.prob_lusc = tile.column < 4 ? 0.1F : 0.9F;
    EXPECT_EQ(call_slide(tiles).label, CallLabel::mixed);
    CallOptions strict;
    strict.thresholds.mixed_share = 0.25;
    EXPECT_EQ(call_slide(tiles, strict).label, CallLabel::lusc);
}

TEST(SlideCallTest, ALoneTileMakesNoRegionAndNoHole) {
    auto tiles = field(9, 9, 0.9, 0.9);
    tiles[40].prob_lusc = 0.0F;
    const auto regions = coherent_regions(tiles);
    EXPECT_TRUE(regions[0].empty());
    ASSERT_EQ(regions[1].size(), 1);
    EXPECT_NEAR(regions[1][0].tumour_mm2, 81 * kTileMm2, 1e-9);
}

TEST(SlideCallTest, RegionsThatTouchAtACornerAreTwo) {
    const auto regions = coherent_regions(checkers(12, 12, 6));
    EXPECT_EQ(regions[0].size(), 2);
    EXPECT_EQ(regions[1].size(), 2);
}

TEST(SlideCallTest, AFewTilesAmongMuchBenignTissueAreTheGatesMistakesAndInsufficient) {
    const auto tiles = field(5, 4, 0.9, 0.9);  // 0.328 mm²
    const SlideCall call = call_slide(tiles, {}, set_aside(2000, 0));
    EXPECT_EQ(call.label, CallLabel::insufficient);
    EXPECT_THAT(call.reason, HasSubstr("Only 0.328 of 33.128 mm² of tissue (1.0 %) looks like tumour; a call needs at "
                                       "least 2 %"));
    CallOptions eager;
    eager.thresholds.min_tumour_share = 0;
    EXPECT_NE(call_slide(tiles, eager, set_aside(2000, 0)).label, CallLabel::insufficient);
}

TEST(SlideCallTest, LittleTissueIsInsufficientHoweverClear) {
    const SlideCall call = call_slide(field(5, 3, 0.95, 0.95));
    EXPECT_EQ(call.label, CallLabel::insufficient);
    EXPECT_TRUE(call.prob_lusc.has_value());
    EXPECT_EQ(call.reason, "Only 0.246 mm² of tissue was scored; a call needs at least 0.25 mm².");
}

TEST(SlideCallTest, AnAreaJustBelowTheLimitDoesNotReadAsTheLimit) {
    const std::vector<CallTile> tiles = {{0, 0, 0.24999, 0.9F}, {9, 0, 0, 0.9F}};
    EXPECT_THAT(call_slide(tiles).reason, HasSubstr("Only 0.249 mm²"));
}

TEST(SlideCallTest, ASingleBlockHasNoIntervalAndIsIndeterminate) {
    const SlideCall call = call_slide(field(4, 4, 0.9, 0.9));
    EXPECT_EQ(call.label, CallLabel::indeterminate);
    EXPECT_FALSE(call.ci95.has_value());
    EXPECT_THAT(call.reason, HasSubstr("one block of 4 by 4 tiles"));
}

TEST(SlideCallTest, WithoutScoredTilesThereIsNoProbability) {
    const SlideCall call = call_slide({});
    EXPECT_EQ(call.label, CallLabel::insufficient);
    EXPECT_FALSE(call.prob_lusc.has_value());
    EXPECT_FALSE(call.ci95.has_value());
    EXPECT_EQ(call.reason, "No tile could be scored.");
}

TEST(SlideCallTest, BenignTissueChangesTheReasonAndNothingElse) {
    const auto tiles = field(20, 20, 0.9, 0.8);
    const SlideCall alone = call_slide(tiles), among = call_slide(tiles, {}, set_aside(500, 0));
    EXPECT_EQ(among.label, CallLabel::lusc);
    EXPECT_EQ(among.prob_lusc, alone.prob_lusc);
    EXPECT_EQ(among.ci95, alone.ci95);
    EXPECT_EQ(among.reason, alone.reason + " 6.56 of 14.76 mm² of tissue looks like tumour.");
    EXPECT_NEAR(among.voting_area_mm2, 400 * kTileMm2, 1e-9);
    EXPECT_NEAR(among.scored_area_mm2, 900 * kTileMm2, 1e-9);
}

TEST(SlideCallTest, TooLittleTumourIsInsufficientHoweverMuchTissueThereIs) {
    const SlideCall call = call_slide(field(5, 3, 0.95, 0.95), {}, set_aside(1000, 0));
    EXPECT_EQ(call.label, CallLabel::insufficient);
    EXPECT_EQ(call.reason, "Only 0.246 of 16.646 mm² of tissue looks like tumour; a call needs at least 0.25 mm².");
    const SlideCall none = call_slide({}, {}, set_aside(1000, 10));
    EXPECT_EQ(none.label, CallLabel::insufficient);
    EXPECT_EQ(
        none.reason,
        "None of 16.4 mm² of tissue looks like tumour. Another 0.164 mm² is unfamiliar to the model and left out.");
}

TEST(SlideCallTest, MostlyUnfamiliarTilesMakeItIndeterminateHoweverClearTheRest) {
    const auto tiles = field(20, 20, 0.95, 0.95);
    const SlideCall half = call_slide(tiles, {}, set_aside(100, 500));
    EXPECT_EQ(half.label, CallLabel::lusc) << "half is not more than half";
    EXPECT_THAT(half.reason, HasSubstr("Another 8.2 mm² is unfamiliar to the model and left out."));
    const SlideCall most = call_slide(tiles, {}, set_aside(100, 501));
    EXPECT_EQ(most.label, CallLabel::indeterminate);
    EXPECT_EQ(
        most.reason,
        "501 of 1001 scored tiles (50.0 %) look unlike anything that the model was trained on, so no subtype call "
        "is made.");
    EXPECT_NEAR(most.unfamiliar_share, 501.0 / 1001, 1e-12);
    EXPECT_EQ(call_slide({}, {}, set_aside(0, 3)).label, CallLabel::indeterminate);
}

TEST(SlideCallTest, LittleFamiliarTissueIsInsufficientAndSaysSo) {
    const SlideCall call = call_slide(field(4, 3, 0.95, 0.95), {}, set_aside(0, 10));
    EXPECT_EQ(call.label, CallLabel::insufficient);
    EXPECT_THAT(call.reason,
                ::testing::StartsWith("Only 0.196 mm² of tissue looks familiar to the model; a call needs"));
}

TEST(SlideCallTest, EqualTilesGiveEqualBits) {
    const auto tiles = field(23, 17, 0.3, 0.8);
    const SlideCall first = call_slide(tiles), second = call_slide(tiles);
    EXPECT_EQ(*first.prob_lusc, *second.prob_lusc);
    EXPECT_EQ(*first.ci95, *second.ci95);
    EXPECT_EQ(first.reason, second.reason);
}

TEST(SlideCallTest, TheSeedChangesTheIntervalAndNotTheMean) {
    const auto tiles = field(23, 17, 0.3, 0.8);
    CallOptions other;
    other.seed = 2;
    EXPECT_EQ(*call_slide(tiles).prob_lusc, *call_slide(tiles, other).prob_lusc);
    EXPECT_NE(*call_slide(tiles).ci95, *call_slide(tiles, other).ci95);
}

TEST(SlideCallTest, TheIntervalIsThatOfAMeanOfIndependentBlocksAndTheTwoUnseen) {
    // 100 blocks of one tile each, half at 0.3 and half at 0.7, half a tile at 0 and half a tile at 1. The mean of n =
    // 102 draws is a ratio, whose variance is n / (n - 1) × sum of (weight × deviation)² / (sum of weights)².
    std::vector<CallTile> tiles;
    tiles.reserve(100);
    for (int k = 0; k < 100; ++k) tiles.push_back({4 * k, 0, kTileMm2, k % 2 == 0 ? 0.3F : 0.7F});
    const auto interval = *call_slide(tiles).ci95;
    EXPECT_NEAR(interval[1] - interval[0],
                2 * 1.96 * std::sqrt(102.0 / 101 * (100 * 0.04 + 2 * 0.0625) / (101.0 * 101)), 0.006);
}

TEST(SlideCallTest, BlocksThatAllAgreeStillLeaveDoubtAndLessOfItTheMoreThereAre) {
    const auto few = call_slide(field(8, 8, 1, 1)), many = call_slide(field(40, 40, 1, 1));
    EXPECT_LT((*few.ci95)[0], 0.85) << "four blocks";
    EXPECT_GT((*many.ci95)[0], 0.95) << "a hundred";
    EXPECT_EQ(few.label, CallLabel::lusc);
    EXPECT_GE((*many.ci95)[1], *many.prob_lusc) << "the mean lies in its interval";
}

TEST(SlideCallTest, NeighboursCountAsOneSoTheIntervalIsWiderThanForScatteredTiles) {
    const auto scattered = field(32, 32, 0.2, 0.7);
    CallOptions single;
    single.block_edge_tiles = 1;
    const auto blocks = *call_slide(scattered).ci95, tiles = *call_slide(scattered, single).ci95;
    EXPECT_GT(blocks[1] - blocks[0], 2 * (tiles[1] - tiles[0]));
}

TEST(SlideCallTest, TheIntervalStaysWithinZeroAndOneAndHoldsTheMean) {
    for (const auto& [first, second] : {std::pair{0.0F, 1.0F}, {0.999F, 1.0F}, {0.0F, 0.001F}}) {
        const std::vector<CallTile> tiles = {{0, 0, 1, first}, {4, 0, 1, second}};
        const auto call = call_slide(tiles);
        EXPECT_GE((*call.ci95)[0], 0);
        EXPECT_LE((*call.ci95)[1], 1);
        EXPECT_LE((*call.ci95)[0], *call.prob_lusc);
        EXPECT_GE((*call.ci95)[1], *call.prob_lusc);
    }
}

TEST(SlideCallTest, ProbabilitiesNearOneHalfAreWrittenSoThatTheyDiffer) {
    EXPECT_EQ(probability_text(0.874), "0.87");
    EXPECT_EQ(probability_text(0.5), "0.50");
    EXPECT_EQ(probability_text(0.503), "0.503");
    EXPECT_EQ(probability_text(0.49996), "0.49996");
}

}  // namespace
}  // namespace slidetype
