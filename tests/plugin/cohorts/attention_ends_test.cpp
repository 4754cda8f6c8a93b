// Which tiles are shown of what heads looked at.
#include "plugin/cohorts/attention_ends.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/half.h"

namespace slidetype {
namespace {

using ::testing::ElementsAre;

/// Says of a tile that P(LUSC) is its one number.
class NumberScorer final : public Aggregator {
  public:
    std::string description() const override { return "numbers"; }
    std::size_t dimension() const override { return 1; }
    TileScores score(std::span<const float> features, std::size_t count) const override {
        TileScores scores;
        for (std::size_t i = 0; i < count; ++i) {
            scores.probabilities.push_back(1 - features[i]);
            scores.probabilities.push_back(features[i]);
        }
        return scores;
    }
    BagOpinion aggregate(const Bag&, int) const override { return {}; }
    BagOpinion unite(std::span<const std::vector<BagPart>>) const override { return {}; }
};

SlideEnds ends_by(const std::vector<float>& attention, std::size_t slide = 0, bool has_places = true) {
    Bag bag;
    bag.tiles = attention.size();
    bag.dimension = 1;
    for (std::size_t i = 0; i < bag.tiles; ++i) {
        bag.features.push_back(to_half(0.125F * static_cast<float>(i % 8)));
        if (has_places) bag.places.push_back({100.0 * static_cast<double>(i), 0});
    }
    BagOpinion said;
    said.attention = attention;
    return attention_ends(slide, bag, said, NumberScorer());
}

std::vector<std::size_t> end_tiles(const std::vector<EndTile>& tiles) {
    std::vector<std::size_t> out;
    out.reserve(tiles.size());
    for (const auto& each : tiles) out.push_back(each.tile);
    return out;
}

/// "slide:tile" of each.
std::vector<std::string> end_names(const std::vector<EndTile>& tiles) {
    std::vector<std::string> out;
    out.reserve(tiles.size());
    for (const auto& each : tiles) out.push_back(std::to_string(each.slide) + ":" + std::to_string(each.tile));
    return out;
}

Cohort cohort_by_patients(const std::vector<std::string>& patients) {
    Cohort cohort;
    for (const auto& patient : patients) {
        CohortSlide slide;
        slide.patient = patient;
        cohort.slides.push_back(slide);
    }
    return cohort;
}

TEST(AttentionEnds, AreTheTwoMostAndTheTwoLeastAttendedTiles) {
    const auto ends = ends_by({0.1F, 0.4F, 0.05F, 0.15F, 0.3F}, 7);
    EXPECT_THAT(end_tiles(ends.tiles.most), ElementsAre(1, 4));
    EXPECT_THAT(end_tiles(ends.tiles.least), ElementsAre(2, 0));
    const auto& first = ends.tiles.most.front();
    EXPECT_EQ(first.slide, 7U);
    EXPECT_NEAR(first.times_mean, 2, 1e-6);
    EXPECT_NEAR(first.percentile, 90, 1e-6);
    EXPECT_EQ(first.probability, 0.125);
    EXPECT_EQ(first.place.x, 100);
}

TEST(AttentionEnds, OfEqualAttentionTakeTheFirstAsTheMoreAttended) {
    const auto ends = ends_by({0.1F, 0.3F, 0.1F, 0.3F, 0.1F, 0.1F});
    EXPECT_THAT(end_tiles(ends.tiles.most), ElementsAre(1, 3));
    EXPECT_THAT(end_tiles(ends.tiles.least), ElementsAre(5, 4));
}

TEST(AttentionEnds, NeverHaveATileTwice) {
    const auto three = ends_by({0.2F, 0.5F, 0.3F});
    EXPECT_THAT(end_tiles(three.tiles.most), ElementsAre(1, 2));
    EXPECT_THAT(end_tiles(three.tiles.least), ElementsAre(0));
    const auto two = ends_by({0.9F, 0.1F});
    EXPECT_THAT(end_tiles(two.tiles.most), ElementsAre(0));
    EXPECT_THAT(end_tiles(two.tiles.least), ElementsAre(1));
}

TEST(AttentionEnds, AreNoneWhereNothingStandsOutOrNobodyKnowsWhere) {
    EXPECT_EQ(ends_by({0.25F, 0.25F, 0.25F, 0.25F}).lack, SlideEnds::Lack::attention);
    EXPECT_EQ(ends_by({1.0F}).lack, SlideEnds::Lack::attention);
    const auto nowhere = ends_by({0.75F, 0.25F}, 0, false);
    EXPECT_EQ(nowhere.lack, SlideEnds::Lack::places);
    EXPECT_TRUE(nowhere.tiles.most.empty());
}

TEST(PickedEnds, AreOfAsManyPatientsAsThereAre) {
    // The first patient has the four most attended tiles, on two slides.
    const std::vector<SlideEnds> ends = {ends_by({0.5F, 0.4F, 0.06F, 0.04F}, 0), ends_by({0.6F, 0.3F, 0.07F, 0.03F}, 1),
                                         ends_by({0.3F, 0.28F, 0.22F, 0.2F}, 2),
                                         ends_by({0.27F, 0.26F, 0.24F, 0.23F}, 3)};
    const auto cohort = cohort_by_patients({"a", "a", "b", "c"});
    EXPECT_THAT(end_names(pick_ends(ends, cohort, 0, 3).most), ElementsAre("1:0", "2:0", "3:0"));
    EXPECT_THAT(end_names(pick_ends(ends, cohort, 0, 4).most), ElementsAre("1:0", "0:0", "2:0", "3:0"));
    EXPECT_THAT(end_names(pick_ends(ends, cohort, 0).most), ElementsAre("1:0", "0:0", "2:0", "2:1", "3:0", "3:1"))
        << "two of a patient at most, however few there are";
    EXPECT_THAT(end_names(pick_ends(ends, cohort, 0, 3).least), ElementsAre("1:3", "2:3", "3:3"));
    EXPECT_TRUE(pick_ends(ends, cohort, 1).most.empty()) << "no slide is of that class";
}

TEST(PickedEnds, OfOnePatientAreTwo) {
    const std::vector<SlideEnds> ends = {
        ends_by({0.5F, 0.4F, 0.06F, 0.04F}, 0), ends_by({0.5F, 0.4F, 0.06F, 0.04F}, 1), {}};
    const auto picked = pick_ends(ends, cohort_by_patients({"a", "a", "a"}), 0);
    EXPECT_THAT(end_names(picked.most), ElementsAre("0:0", "1:0")) << "of the same attention in the order of slides";
    EXPECT_THAT(end_names(picked.least), ElementsAre("0:3", "1:3"));
}

}  // namespace
}  // namespace slidetype
