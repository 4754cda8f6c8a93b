#include "model/metrics/calibration_line.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace slidetype {
namespace {

/// Cases whose true log-odds are `intercept` + `slope` times their logit; two cases for each patient.
std::vector<Scored> of_line(double intercept, double slope, std::size_t n) {
    Random random(11);
    std::vector<Scored> out;
    for (std::size_t i = 0; i < n; ++i) {
        const auto logit = static_cast<float>(random.uniform(-3, 3));
        const double p = calibrated(intercept + slope * logit, 1);
        out.push_back({logit, random.chance(p) ? 1 : 0, i / 2, i});
    }
    return out;
}

TEST(CalibrationLine, OfTwoLogitsIsTheLineThroughTheirLogOdds) {
    // At -1 one case in four is LUSC, at 2 two in three: log-odds -ln 3 and ln 2.
    const std::vector<Scored> scored = {{-1, 1, 0}, {-1, 0, 1}, {-1, 0, 2}, {-1, 0, 3},
                                        {2, 0, 4},  {2, 1, 5},  {2, 1, 6}};
    const double slope = (std::log(2.0) + std::log(3.0)) / 3;
    const auto line = calibration_line(scored, 1, 0);
    EXPECT_NEAR(line.slope.value, slope, 1e-7);
    EXPECT_NEAR(line.intercept.value, slope - std::log(3.0), 1e-7);
    EXPECT_NEAR(calibration_line(scored, 4, 0).slope.value, 4 * slope, 1e-7) << "of the calibrated logit";
    // In the large: the mean probability is then that of the truth.
    const double shift = line.in_the_large.value;
    EXPECT_NEAR(4 * calibrated(-1 + shift, 1) + 3 * calibrated(2 + shift, 1), 3, 1e-6);
}

TEST(CalibrationLine, FindsWhatCasesWereMadeWith) {
    const auto line = calibration_line(of_line(0.5, 0.6, 4000), 1, 200);
    EXPECT_NEAR(line.slope.value, 0.6, 0.08);
    EXPECT_NEAR(line.intercept.value, 0.5, 0.1);
    EXPECT_LT(line.slope.ci95[0], line.slope.value);
    EXPECT_GT(line.slope.ci95[1], line.slope.value);
    EXPECT_LT(line.slope.ci95[1] - line.slope.ci95[0], 0.2);
    const auto honest = calibration_line(of_line(0, 1, 4000), 1, 0);
    EXPECT_NEAR(honest.slope.value, 1, 0.1);
    EXPECT_NEAR(honest.in_the_large.value, 0, 0.1);
}

TEST(CalibrationLine, IsNotEstimableWhereAValueOfPTellsTheClassesApart) {
    const std::vector<Scored> apart = {{-2, 0, 0}, {-1, 0, 1}, {1, 1, 2}, {3, 1, 3}};
    EXPECT_TRUE(std::isnan(calibration_line(apart, 1, 100).slope.value));
    EXPECT_TRUE(std::isnan(calibration_line(apart, 1, 100).intercept.value));
    EXPECT_TRUE(std::isfinite(calibration_line(apart, 1, 100).in_the_large.value));
    const std::vector<Scored> touching = {{-2, 0, 0}, {1, 0, 1}, {1, 1, 2}, {3, 1, 3}};
    EXPECT_TRUE(std::isnan(calibration_line(touching, 1, 0).slope.value));
    const std::vector<Scored> reversed = {{2, 0, 0}, {1, 0, 1}, {-1, 1, 2}, {-3, 1, 3}};
    EXPECT_TRUE(std::isnan(calibration_line(reversed, 1, 0).slope.value));
    const std::vector<Scored> same = {{1, 0, 0}, {1, 1, 1}, {1, 1, 2}};
    EXPECT_TRUE(std::isnan(calibration_line(same, 1, 0).slope.value));
    EXPECT_NEAR(calibration_line(same, 1, 0).in_the_large.value, std::log(2.0) - 1, 1e-6);
}

TEST(CalibrationLine, HasNoIntervalWhereManyRoundsAreNotEstimable) {
    // One case in each class lies on the other's side: a third of the rounds draw none of one of them.
    std::vector<Scored> scored = {{1, 0, 100}, {-1, 1, 101}};
    for (std::size_t i = 0; i < 20; ++i) scored.push_back({i % 2 == 0 ? -2.0F : 2.0F, static_cast<int>(i % 2), i});
    const auto line = calibration_line(scored, 1, 300);
    EXPECT_TRUE(std::isfinite(line.slope.value));
    EXPECT_TRUE(std::isnan(line.slope.ci95[0]));
}

TEST(CalibrationLine, OfOneClassOrNothingIsUndefined) {
    const std::vector<Scored> one_class = {{1, 1, 0}, {2, 1, 1}};
    EXPECT_TRUE(std::isnan(calibration_line(one_class, 1, 10).slope.value));
    EXPECT_TRUE(std::isnan(calibration_line(one_class, 1, 10).in_the_large.value));
    EXPECT_TRUE(std::isnan(calibration_line({}, 1, 10).slope.value));
}

TEST(CalibrationLine, SurvivesLogitsFarFromNought) {
    std::vector<Scored> scored = of_line(0, 1, 200);
    for (auto& each : scored) each.logit = each.logit * 30 + 500;
    const auto line = calibration_line(scored, 1, 50);
    EXPECT_NEAR(line.slope.value, 1.0 / 30, 0.01);
    EXPECT_TRUE(std::isfinite(line.in_the_large.value));
}

TEST(CalibrationGroups, HoldTenCasesEachAndTenGroupsAtMost) {
    EXPECT_TRUE(calibration_groups({}, 1).empty());
    EXPECT_EQ(calibration_groups(of_line(0, 1, 7), 1).size(), 1U);
    EXPECT_EQ(calibration_groups(of_line(0, 1, 47), 1).size(), 4U);
    const auto groups = calibration_groups(of_line(0, 1, 4001), 1);
    ASSERT_EQ(groups.size(), 10U);
    std::size_t n = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        n += groups[g].n;
        EXPECT_NEAR(groups[g].mean_p, groups[g].lusc, 0.1);
        EXPECT_LE(groups[g].ci95[0], groups[g].lusc);
        if (g == 0) continue;
        EXPECT_GT(groups[g].mean_p, groups[g - 1].mean_p);
    }
    EXPECT_EQ(n, 4001U);
}

}  // namespace
}  // namespace slidetype
