#include "model/metrics/coverage.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace slidetype {
namespace {

constexpr double kShares[] = {1, 0.5, 0.2, 0};

TEST(CoverageCurve, CountsErrorsAmongTheMostCertain) {
    // By falling certainty: right, wrong, right, right, wrong.
    const std::vector<Scored> scored = {{-5, 0, 0}, {4, 0, 1}, {3, 1, 2}, {-2, 0, 3}, {-1, 1, 4}};
    const auto curve = coverage_curve(scored, 1, kShares, 0);
    ASSERT_EQ(curve.points.size(), 5U);
    const double errors[] = {0, 1.0 / 2, 1.0 / 3, 1.0 / 4, 2.0 / 5};
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_DOUBLE_EQ(curve.points[i].error.value, errors[i]) << i;
        EXPECT_EQ(curve.points[i].called, i + 1);
        EXPECT_DOUBLE_EQ(curve.points[i].coverage, static_cast<double>(i + 1) / 5);
    }
    EXPECT_DOUBLE_EQ(curve.points[2].certainty, calibrated(3, 1));
    ASSERT_EQ(curve.at.size(), 4U);
    EXPECT_DOUBLE_EQ(curve.at[0].error.value, 0.4);
    EXPECT_EQ(curve.at[1].called, 3U) << "half of five, rounded up";
    EXPECT_DOUBLE_EQ(curve.at[1].error.value, 1.0 / 3);
    EXPECT_EQ(curve.at[2].called, 1U);
    EXPECT_DOUBLE_EQ(curve.at[2].error.value, 0);
    EXPECT_TRUE(std::isnan(curve.at[3].error.value)) << "nobody is called";
}

TEST(CoverageCurve, CallsCasesOfEqualCertaintyTogetherOrInPart) {
    const std::vector<Scored> scored = {{2, 1, 0}, {-1, 0, 1}, {1, 0, 2}, {-1, 0, 3}};
    const auto curve = coverage_curve(scored, 1, kShares, 0);
    ASSERT_EQ(curve.points.size(), 2U);
    EXPECT_DOUBLE_EQ(curve.points[1].error.value, 0.25);
    // Two of four: the certain one, and any of the other three, one of which is wrong.
    EXPECT_EQ(curve.at[1].called, 2U);
    EXPECT_DOUBLE_EQ(curve.at[1].error.value, 1.0 / 3 / 2);
}

TEST(CoverageCurve, FallsWhereCertaintyTellsAndItsIntervalsHoldItsValues) {
    Random random(3);
    std::vector<Scored> scored;
    for (std::size_t i = 0; i < 600; ++i) {
        const auto logit = static_cast<float>(random.uniform(-3, 3));
        scored.push_back({logit, random.chance(calibrated(logit, 1)) ? 1 : 0, i});
    }
    const auto curve = coverage_curve(scored, 1);
    EXPECT_GT(curve.at.front().error.value, curve.at.back().error.value + 0.05);
    for (const auto& point : curve.at) {
        EXPECT_LT(point.error.ci95[0], point.error.value);
        EXPECT_GT(point.error.ci95[1], point.error.value);
    }
    const auto again = coverage_curve(scored, 1);
    EXPECT_EQ(curve.at[3].error.ci95, again.at[3].error.ci95);
}

TEST(CoverageCurve, OfNothingIsEmptyAndOfOnePatientHasNoInterval) {
    EXPECT_TRUE(coverage_curve({}, 1).at.empty());
    const std::vector<Scored> one = {{2, 1, 0}, {-1, 1, 0}};
    const auto curve = coverage_curve(one, 1);
    EXPECT_DOUBLE_EQ(curve.at[0].error.value, 0.5);
    EXPECT_TRUE(std::isnan(curve.at[0].error.ci95[0]));
}

}  // namespace
}  // namespace slidetype
