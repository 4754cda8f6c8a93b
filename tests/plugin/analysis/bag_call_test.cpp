#include "plugin/analysis/bag_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugin/make_result.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

/// Says what it is told to say.
class FixedAggregator final : public Aggregator {
  public:
    explicit FixedAggregator(std::vector<double> of_heads) : of_heads_(std::move(of_heads)) {}
    std::string description() const override { return "fixed"; }
    std::size_t dimension() const override { return 1; }
    TileScores score(std::span<const float>, std::size_t count) const override {
        return {std::vector<float>(2 * count, 0.5F), {}, {}};
    }
    BagOpinion aggregate(const Bag& bag, int) const override {
        BagOpinion opinion;
        double mean = 0;
        for (const double p : of_heads_) mean += p / static_cast<double>(of_heads_.size());
        opinion.probabilities = {1 - mean, mean};
        for (const double p : of_heads_) opinion.head_logits.push_back(std::log(p / (1 - p)));
        for (std::size_t i = 0; i < bag.tiles; ++i) opinion.attention.push_back(static_cast<float>(i));
        return opinion;
    }
    BagOpinion unite(std::span<const std::vector<BagPart>> bags) const override {
        return aggregate(Bag{.tiles = bags.size(), .dimension = 1, .features = {}, .places = {}, .origin = {}}, 1);
    }

  private:
    std::vector<double> of_heads_;
};

SlideResult called_by(std::vector<double> of_heads, const std::optional<StatedError>& stated = {}, double area = 5) {
    auto result = testing::make_result({});
    SlideBag bag(1);
    std::vector<std::size_t> scored;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (result.top_class(t)) scored.push_back(t);
    }
    bag.append(result.grid, scored, std::vector<float>(scored.size(), 1.0F));
    result.call.scored_area_mm2 = area;
    call_bag(result, bag, FixedAggregator(std::move(of_heads)), stated, 1);
    return result;
}

TEST(BagCall, IsThatOfTheHeadsWhereAllAgree) {
    const auto result = called_by({0.9, 0.8, 0.7});
    EXPECT_EQ(result.call.label, CallLabel::lusc);
    EXPECT_NEAR(*result.call.prob_lusc, 0.8, 1e-9);
    EXPECT_EQ(result.call.heads->count, 3U);
    EXPECT_EQ(result.call.heads->agreeing, 3U);
    EXPECT_FALSE(result.call.ci95) << "an interval of the tiles' votes is none of this call";
    EXPECT_THAT(result.call.reason, HasSubstr("all 3 heads say LUSC"));
    EXPECT_EQ(called_by({0.1, 0.2}).call.label, CallLabel::luad);
}

TEST(BagCall, IsIndeterminateWhereHeadsDisagree) {
    const auto result = called_by({0.9, 0.8, 0.4});
    EXPECT_EQ(result.call.label, CallLabel::indeterminate);
    EXPECT_THAT(result.call.reason, HasSubstr("2 of 3 heads say LUSC"));
}

TEST(BagCall, FollowsTheThresholdsOfAStatedError) {
    const StatedError stated{.error = 0.1, .q = {0.3, 0.4}, .patients = {30, 30}};
    EXPECT_EQ(called_by({0.9, 0.1, 0.9}, stated).call.label, CallLabel::lusc) << "0.63, and 1 - P(LUSC) is within 0.4";
    EXPECT_EQ(called_by({0.1}, stated).call.label, CallLabel::luad);
    const auto none = called_by({0.5}, stated);
    EXPECT_EQ(none.call.label, CallLabel::indeterminate);
    EXPECT_THAT(none.call.reason, HasSubstr("hardly was in any patient of either class"));
    const StatedError wide{.error = 0.05, .q = {0.9, 0.9}, .patients = {30, 30}};
    const auto either = called_by({0.6}, wide);
    EXPECT_EQ(either.call.label, CallLabel::indeterminate);
    EXPECT_THAT(either.call.reason, HasSubstr("either class"));
    EXPECT_THAT(either.call.reason, HasSubstr("5 % of error"));
}

TEST(BagCall, NeedsTissue) {
    const auto result = called_by({0.9}, {}, 0.1);
    EXPECT_EQ(result.call.label, CallLabel::insufficient);
    EXPECT_THAT(result.call.reason, HasSubstr("Only 0.1 mm²"));
}

TEST(BagCall, GivesAttentionAsPercentileOfScoredTilesAlone) {
    const auto result = called_by({0.9});
    float least = 100, most = 0;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const float value = result.attention_percentile[t];
        EXPECT_EQ(std::isnan(value), !result.top_class(t).has_value());
        if (std::isnan(value)) continue;
        least = std::min(least, value), most = std::max(most, value);
    }
    EXPECT_LT(least, 2);
    EXPECT_GT(most, 98);
}

}  // namespace
}  // namespace slidetype
