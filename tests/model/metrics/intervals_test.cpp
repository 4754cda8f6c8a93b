#include "model/metrics/intervals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace slidetype {
namespace {

/// The weighted mean of 0, 1, 2 …
const WeightedFigures kMeanOfIndices = [](std::span<const double> weights, std::span<double> out) {
    double sum = 0, all = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * static_cast<double>(i), all += weights[i];
    out[0] = sum / all;
};

TEST(PercentileInterval, LeavesOutWhatIsNoNumber) {
    std::vector<double> values(1001);
    std::iota(values.begin(), values.end(), 0.0);
    values.push_back(std::nan(""));
    const auto [low, high] = percentile_interval(values);
    EXPECT_DOUBLE_EQ(low, 25);
    EXPECT_DOUBLE_EQ(high, 975);
    EXPECT_TRUE(std::isnan(percentile_interval({})[0]));
}

TEST(WilsonInterval, IsThatOfTheBooks) {
    // 8 of 10 (Newcombe, 1998, gives 0.4901 to 0.9433 for it).
    const auto [low, high] = wilson_interval(0.8, 10);
    EXPECT_NEAR(low, 0.4902, 1e-3);
    EXPECT_NEAR(high, 0.9433, 1e-3);
    EXPECT_GT(wilson_interval(0, 20)[1], 0.1);
    EXPECT_GE(wilson_interval(0, 20)[0], 0);
}

TEST(WidenShare, ChangesOnlyWhatTheBootstrapTookForCertain) {
    Estimate certain{1, {1, 1}}, wide{0.9, {0.8, 0.95}}, at_end{1, {0.9, 1}}, alone{0, {0, 0}};
    widen_share(certain, 20), widen_share(wide, 20), widen_share(at_end, 20), widen_share(alone, 1);
    EXPECT_NEAR(certain.ci95[0], 0.839, 1e-3);
    EXPECT_EQ(wide.ci95[0], 0.8);
    EXPECT_EQ(at_end.ci95[0], 0.9);
    EXPECT_EQ(alone.ci95[1], 0);
}

TEST(GroupDraws, DrawAsManyGroupsAsThereAreAndTheirItemsTogether) {
    const std::vector<std::size_t> group = {7, 7, 3, 9};
    GroupDraws draws(group, 5);
    ASSERT_EQ(draws.groups(), 3U);
    bool uneven = false;
    for (int round = 0; round < 50; ++round) {
        const auto weights = draws.next();
        EXPECT_DOUBLE_EQ(weights[0], weights[1]);
        EXPECT_DOUBLE_EQ(weights[0] + weights[2] + weights[3], 3);
        uneven = uneven || weights[0] != 1;
    }
    EXPECT_TRUE(uneven);
}

TEST(Bootstrap, HasTheWidthThatTheoryTells) {
    std::vector<std::size_t> group(400);
    std::iota(group.begin(), group.end(), std::size_t{0});
    const auto mean = bootstrap(group, 1, kMeanOfIndices, 2000, 1)[0];
    EXPECT_DOUBLE_EQ(mean.value, 199.5);
    const double deviation = 400 / std::sqrt(12.0) / std::sqrt(400.0);
    EXPECT_NEAR(mean.ci95[1] - mean.ci95[0], 2 * 1.96 * deviation, 0.1 * deviation * 4);
}

TEST(Bootstrap, GivesNoIntervalWhereThereIsNone) {
    const std::vector<std::size_t> one_group = {4, 4, 4}, three = {1, 2, 3};
    EXPECT_TRUE(std::isnan(bootstrap(one_group, 1, kMeanOfIndices, 100, 1)[0].ci95[0]));
    EXPECT_TRUE(std::isnan(bootstrap(three, 1, kMeanOfIndices, 0, 1)[0].ci95[0]));
    const WeightedFigures often_undefined = [](std::span<const double> weights, std::span<double> out) {
        out[0] = weights[0] > 0 ? 1 : std::nan("");  // in 30 % of the rounds
    };
    const auto figure = bootstrap(three, 1, often_undefined, 100, 1)[0];
    EXPECT_DOUBLE_EQ(figure.value, 1);
    EXPECT_TRUE(std::isnan(figure.ci95[0]));
}

}  // namespace
}  // namespace slidetype
