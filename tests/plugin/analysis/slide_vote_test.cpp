#include "plugin/analysis/slide_vote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "plugin/analysis/coherent_regions.h"
#include "plugin/analysis/slide_call.h"
#include "plugin/analysis/tumour_around.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

constexpr double kVotingTileMm2 = 0.0164;  // 128 µm
constexpr VoteCalibration kCalibration{-4.5, 11, 4.5};

/// Ten by ten tiles of LUSC, surely tumour, and around them a rim of tiles across the border of tumour and benign
/// tissue, which look like LUAD, and less like tumour.
std::vector<CallTile> tumour_with_rim() {
    std::vector<CallTile> tiles;
    for (int row = 0; row < 12; ++row) {
        for (int column = 0; column < 12; ++column) {
            const bool rim = row == 0 || column == 0 || row == 11 || column == 11;
            tiles.push_back({column, row, kVotingTileMm2, rim ? 0.05F : 0.9F, rim ? 0.36F : 1.0F, rim ? 0.4F : 1.0F});
        }
    }
    return tiles;
}

std::vector<CallTile> counted_alike(std::vector<CallTile> tiles) {
    for (auto& tile : tiles) tile.tumour = tile.around = 1;
    return tiles;
}

TEST(SlideVote, ATileWeighsHowSurelyItIsTumour) {
    const std::vector<CallTile> tiles = {{0, 0, 1, 0.9F, 1, 1}, {9, 0, 1, 0.1F, 0.25F, 0.5F}};
    const auto vote = count_votes(tiles, {});
    ASSERT_TRUE(vote);
    EXPECT_NEAR(vote->mean_prob_lusc, (0.9 + 0.25 * 0.1) / 1.25, 1e-6);
    EXPECT_NEAR(vote->border_share, 0.25 * 0.5 / 1.25, 1e-6);
    EXPECT_NEAR(vote->tumour_mm2, 1.25, 1e-6);
    EXPECT_EQ(vote->prob_lusc, vote->mean_prob_lusc) << "without a calibration";
}

TEST(SlideVote, TilesThatWeighNothingAreNoVote) {
    EXPECT_FALSE(count_votes({}, {}));
    const std::vector<CallTile> tiles = {{0, 0, 1, 0.9F, 0, 0}, {9, 0, 1, 0.1F, 0, 1}};
    EXPECT_FALSE(count_votes(tiles, {}));
    EXPECT_EQ(call_slide(tiles).label, CallLabel::insufficient);
    EXPECT_EQ(call_slide(tiles).voting_area_mm2, 2);
}

TEST(SlideVote, ARimOfBorderTilesDoesNotTurnTheTumour) {
    const auto tiles = tumour_with_rim();
    const auto weighed = call_slide(tiles), alike = call_slide(counted_alike(tiles));
    EXPECT_GT(*weighed.prob_lusc, *alike.prob_lusc + 0.1);
    EXPECT_EQ(weighed.label, CallLabel::lusc);
    EXPECT_NEAR(weighed.tumour_area_mm2, (100 + 44 * 0.36) * kVotingTileMm2, 1e-6);
    EXPECT_THAT(weighed.reason, HasSubstr("1.899 of 2.361 mm² of tissue is surely tumour."));
}

TEST(SlideVote, TheCalibrationMakesTheProbabilityOfTheMeanAndTheBorder) {
    EXPECT_NEAR(slide_probability(0.5, 0, kCalibration), 1 / (1 + std::exp(-1.0)), 1e-12);
    EXPECT_NEAR(slide_probability(0.5, 0.5, kCalibration), 1 / (1 + std::exp(-3.25)), 1e-12);
    EXPECT_EQ(slide_probability(0.3, 0.5, {}), 0.3);
    CallOptions options;
    options.thresholds.vote = kCalibration;
    const auto vote = count_votes(tumour_with_rim(), options);
    EXPECT_NEAR(vote->prob_lusc, slide_probability(vote->mean_prob_lusc, vote->border_share, kCalibration), 1e-12);
    EXPECT_LE((*vote->ci95)[0], vote->prob_lusc);
    EXPECT_GE((*vote->ci95)[1], vote->prob_lusc);
    EXPECT_LT((*vote->ci95)[1], 1);
}

TEST(SlideVote, WhereAllTilesAreAtBordersTheCalibrationDecides) {
    // A mean of 0.35 is LUAD if the tumour is whole, and LUSC if half of what lies around its tiles is benign.
    std::vector<CallTile> whole, torn;
    for (int k = 0; k < 400; ++k) {
        whole.push_back({k % 20, k / 20, kVotingTileMm2, 0.2F});
        torn.push_back({k % 20, k / 20, kVotingTileMm2, 0.5F, 1, 0.5F});
    }
    CallOptions options;
    options.thresholds.vote = kCalibration;
    EXPECT_EQ(call_slide(whole, options).label, CallLabel::luad);
    EXPECT_EQ(call_slide(torn, options).label, CallLabel::lusc);
    EXPECT_NEAR(*call_slide(torn, options).border_share, 0.5, 1e-9);
}

TEST(SlideVote, AnUndecidedSlideOfManyBordersSaysSo) {
    std::vector<CallTile> torn;
    torn.reserve(400);
    for (int k = 0; k < 400; ++k) torn.push_back({k % 20, k / 20, kVotingTileMm2, k % 2 == 0 ? 0.2F : 0.8F, 1, 0.5F});
    EXPECT_THAT(call_slide(torn).reason,
                HasSubstr("contains one half. Of what lies beside the tumour's tiles 50 % is no "
                          "tumour, and tiles along such borders say less of the subtype."));
}

TEST(SlideVote, TilesAmongBenignTissueThatPassTheGateAreNoTumour) {
    // 0.66 mm² pass the gate, each tile hardly.
    std::vector<CallTile> tiles;
    tiles.reserve(40);
    for (int k = 0; k < 40; ++k) tiles.push_back({3 * k, 0, kVotingTileMm2, 0.1F, 0.02F, 0.05F});
    SetAside aside;
    for (int k = 0; k < 400; ++k) aside.benign.add(kVotingTileMm2);
    const auto call = call_slide(tiles, {}, aside);
    EXPECT_EQ(call.label, CallLabel::insufficient);
    EXPECT_THAT(call.reason,
                HasSubstr("Only 0.013 of 7.216 mm² of tissue is surely tumour; a call needs at least 0.25 mm²."));
    EXPECT_EQ(call_slide(counted_alike(tiles), {}, aside).label, CallLabel::luad);
}

TEST(CoherentRegions, CountTheirTumourAndHaveAProbabilityOfTheirOwn) {
    const auto regions = coherent_regions(tumour_with_rim());
    ASSERT_EQ(regions[1].size(), 1U);
    EXPECT_GT(regions[1][0].prob_lusc, 0.75);
    EXPECT_LT(regions[1][0].tumour_mm2, 116 * kVotingTileMm2);
}

TEST(CoherentRegions, OneThatIsNotSurelyOfItsClassMakesNoSlideMixed) {
    std::vector<CallTile> tiles;
    tiles.reserve(400);
    for (int k = 0; k < 400; ++k) tiles.push_back({k % 20, k / 20, kVotingTileMm2, k % 20 < 6 ? 0.4F : 0.9F});
    EXPECT_EQ(call_slide(tiles).label, CallLabel::lusc);
    CallOptions eager;
    eager.thresholds.mixed_certainty = 0.5;
    EXPECT_EQ(call_slide(tiles, eager).label, CallLabel::mixed);
}

TileGrid grid(int columns, int rows) {
    TileGrid grid;
    grid.columns = columns, grid.rows = rows;
    for (int k = 0; k < columns * rows; ++k) {
        auto& tile = grid.tiles.emplace_back();
        tile.column = k % columns, tile.row = k / columns;
    }
    return grid;
}

TEST(TumourAround, IsTheMeanOfTheScoredNeighboursThatShareAnEdge) {
    const float none = std::nanf("");
    const std::vector<float> tumour = {0.9F, 0.2F, 0.7F,  //
                                       0.4F, none, 1.0F,  //
                                       none, none, none};
    const auto around = tumour_around(grid(3, 3), tumour);
    EXPECT_FLOAT_EQ(around[0], 0.3F);
    EXPECT_FLOAT_EQ(around[1], 0.8F);
    EXPECT_FLOAT_EQ(around[5], 0.7F) << "what was not scored says nothing";
    EXPECT_FLOAT_EQ(around[7], 1.0F) << "nothing was scored around it";
    EXPECT_FLOAT_EQ(tumour_around(grid(3, 3), {})[4], 1.0F) << "no gate";
}

}  // namespace
}  // namespace slidetype
