#include "model/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/random.h"

namespace slidetype {
namespace {

/// Tiles whose true log-odds are `scale` times their logit.
std::vector<Scored> simulated(double scale, std::size_t n) {
    Random random(7);
    std::vector<Scored> scored;
    for (std::size_t i = 0; i < n; ++i) {
        const double logit = random.uniform(-6, 6);
        scored.push_back({static_cast<float>(logit), random.uniform() < calibrated(scale * logit, 1) ? 1 : 0, i / 4});
    }
    return scored;
}

TEST(Metrics, CountTheConfusion) {
    const std::vector<Scored> scored = {{2, 1, 0}, {-1, 1, 1}, {-3, 0, 2}, {1, 0, 3}, {-2, 0, 4}};
    const auto metrics = measure(scored, 1, 0);
    EXPECT_EQ(metrics.n, 5U);
    EXPECT_EQ(metrics.groups, 5U);
    EXPECT_DOUBLE_EQ(metrics.accuracy.value, 0.6);
    EXPECT_EQ(metrics.confusion[0][0], 2U);
    EXPECT_EQ(metrics.confusion[0][1], 1U);
    EXPECT_EQ(metrics.confusion[1][0], 1U);
    EXPECT_EQ(metrics.confusion[1][1], 1U);
}

TEST(Metrics, AucIsTheShareOfPairsInOrderAndCountsTiesHalf) {
    const std::vector<Scored> scored = {{2, 1, 0}, {-1, 1, 1}, {-3, 0, 2}, {-1, 0, 3}};
    EXPECT_DOUBLE_EQ(measure(scored, 1, 0).auc.value, (1 + 1 + 1 + 0.5) / 4);
    EXPECT_DOUBLE_EQ(measure(scored, 3, 0).auc.value, 3.5 / 4) << "calibration must not change the order";
}

TEST(Metrics, BrierAndLogLossOfKnownProbabilities) {
    const std::vector<Scored> scored = {{0, 1, 0}, {0, 0, 1}};
    const auto metrics = measure(scored, 1, 0);
    EXPECT_DOUBLE_EQ(metrics.brier.value, 0.25);
    EXPECT_NEAR(metrics.log_loss, std::log(2), 1e-12);
}

TEST(Metrics, CalibrationErrorIsSmallForHonestAndLargeForOverconfidentScores) {
    EXPECT_LT(measure(simulated(1, 20'000), 1, 0).ece.value, 0.02);
    EXPECT_GT(measure(simulated(0.3, 20'000), 1, 0).ece.value, 0.1);
}

TEST(Metrics, IntervalsHoldTheValueAndAreWiderForFewerGroups) {
    auto scored = simulated(0.5, 400);
    const auto many = measure(scored, 1);
    for (auto& each : scored) each.group /= 10;
    const auto few = measure(scored, 1);
    EXPECT_LT(many.accuracy.ci95[0], many.accuracy.value);
    EXPECT_GT(many.accuracy.ci95[1], many.accuracy.value);
    EXPECT_GT(few.groups, 5U);
    EXPECT_EQ(few.accuracy.value, many.accuracy.value);
}

TEST(Temperature, IsFoundForSimulatedScores) {
    EXPECT_NEAR(fit_temperature(simulated(0.5, 20'000)), 2, 0.1);
    EXPECT_NEAR(fit_temperature(simulated(1, 20'000)), 1, 0.05);
    EXPECT_EQ(fit_temperature({}), 1);
}

TEST(CrossCalibration, MendsOverconfidenceWithoutReorderingAHalf) {
    const auto scored = simulated(0.3, 8000);
    const auto mended = cross_calibrated(scored);
    ASSERT_EQ(mended.size(), scored.size());
    EXPECT_LT(measure(mended, 1, 0).ece.value, 0.03);
    EXPECT_EQ(measure(mended, 1, 0).accuracy.value, measure(scored, 1, 0).accuracy.value);
}

}  // namespace
}  // namespace slidetype
