#include "model/metrics/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

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

TEST(Metrics, AucTellsLargeLogitsApart) {
    const std::vector<Scored> scored = {{80, 1, 0}, {60, 0, 1}, {90, 1, 2}, {70, 0, 3}};
    EXPECT_DOUBLE_EQ(measure(scored, 1, 0).auc.value, 1) << "all their probabilities are one";
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

TEST(Metrics, SensitivityIsPerClassAndBalancedAccuracyItsMean) {
    const std::vector<Scored> scored = {{2, 1, 0}, {-1, 1, 1}, {-3, 0, 2}, {1, 0, 3}, {-2, 0, 4}};
    const auto metrics = measure(scored, 1, 0);
    EXPECT_DOUBLE_EQ(metrics.sensitivity[0].value, 2.0 / 3);
    EXPECT_DOUBLE_EQ(metrics.sensitivity[1].value, 1.0 / 2);
    EXPECT_DOUBLE_EQ(metrics.specificity(0).value, 1.0 / 2);
    EXPECT_DOUBLE_EQ(metrics.balanced_accuracy.value, (2.0 / 3 + 1.0 / 2) / 2);
}

TEST(Metrics, AFigureThatNeedsAnAbsentClassIsUndefinedAndTheOthersAreNot) {
    const std::vector<Scored> scored = {{2, 1, 0}, {-1, 1, 1}};
    const auto metrics = measure(scored, 1, 50);
    EXPECT_DOUBLE_EQ(metrics.accuracy.value, 0.5);
    EXPECT_TRUE(std::isnan(metrics.sensitivity[0].value));
    EXPECT_TRUE(std::isnan(metrics.auc.value));
    EXPECT_TRUE(std::isnan(metrics.auc.ci95[0]));
    EXPECT_TRUE(std::isfinite(metrics.accuracy.ci95[0]));
}

TEST(Metrics, RoundsThatDrewNoTileOfAClassDoNotSpoilAnInterval) {
    // Two groups per class: one draw in eight holds one class alone.
    const std::vector<Scored> scored = {{2, 1, 0}, {1, 1, 1}, {-1, 0, 2}, {-2, 0, 3}};
    const auto metrics = measure(scored, 1);
    EXPECT_EQ(metrics.auc.value, 1);
    EXPECT_EQ(metrics.auc.ci95[0], 1);
    EXPECT_EQ(metrics.sensitivity[0].ci95[1], 1);
}

TEST(Metrics, OneGroupGivesAFigureButNoInterval) {
    const std::vector<Scored> together = {{2, 1, 7}, {-1, 1, 7}, {-1, 0, 7}};
    auto metrics = measure(together, 1);
    EXPECT_DOUBLE_EQ(metrics.accuracy.value, 2.0 / 3);
    EXPECT_TRUE(std::isnan(metrics.accuracy.ci95[0]));
    EXPECT_TRUE(std::isnan(metrics.log_loss_ci95[1]));
    // Where one class is one group, what needs that class has none either.
    const std::vector<Scored> one_sided = {{2, 1, 0}, {-1, 1, 1}, {1, 1, 2}, {-1, 0, 3}, {1, 0, 3}};
    metrics = measure(one_sided, 1);
    EXPECT_DOUBLE_EQ(metrics.sensitivity[0].value, 0.5);
    EXPECT_TRUE(std::isnan(metrics.sensitivity[0].ci95[0]));
    EXPECT_TRUE(std::isnan(metrics.auc.ci95[0]));
    EXPECT_LT(metrics.sensitivity[1].ci95[0], metrics.sensitivity[1].ci95[1]);
    EXPECT_LT(metrics.accuracy.ci95[0], metrics.accuracy.ci95[1]);
}

TEST(Metrics, CalibrationBinsCountEveryTileOnceAndGiveTheError) {
    const auto scored = simulated(0.3, 2000);
    const auto metrics = measure(scored, 1, 0);
    std::size_t count = 0;
    double error = 0;
    for (std::size_t b = 0; b < kCalibrationBins; ++b) {
        const auto& bin = metrics.calibration[b];
        count += bin.count;
        error += std::abs(bin.confidence - bin.accuracy) * static_cast<double>(bin.count) / 2000;
        if (bin.count == 0) continue;
        EXPECT_GE(bin.confidence * kCalibrationBins, static_cast<double>(b) - 1e-9);
        EXPECT_LE(bin.confidence * kCalibrationBins, static_cast<double>(b) + 1 + 1e-9);
    }
    EXPECT_EQ(count, 2000U);
    EXPECT_NEAR(error, metrics.ece.value, 1e-12);
}

TEST(Gate, KeepsAtTheThresholdAndRefusesBelow) {
    // P = 0.88, 0.5, 0.27 tumour; 0.5, 0.12 benign.
    const std::vector<Scored> scored = {{2, 1, 0}, {0, 1, 1}, {-1, 1, 2}, {0, 0, 3}, {-2, 0, 4}};
    const auto gate = measure_gate(scored, 1, 0.5, 0);
    EXPECT_EQ(gate.tumour, 3U);
    EXPECT_EQ(gate.benign, 2U);
    EXPECT_DOUBLE_EQ(gate.sensitivity.value, 2.0 / 3);
    EXPECT_DOUBLE_EQ(gate.specificity.value, 1.0 / 2);
    EXPECT_DOUBLE_EQ(gate.auc.value, (1 + 1 + 0.5 + 1 + 0 + 1) / 6);
}

TEST(GateThreshold, LosesOneTumourTileInAHundred) {
    std::vector<Scored> scored;
    scored.reserve(200);
    for (int i = 0; i < 200; ++i) scored.push_back({static_cast<float>(i - 160) / 20, 1, static_cast<std::size_t>(i)});
    const double threshold = fit_gate_threshold(scored, 2);
    EXPECT_LT(threshold, 0.5);
    EXPECT_DOUBLE_EQ(measure_gate(scored, 2, threshold, 0).sensitivity.value, 0.99);
}

TEST(GateThreshold, IsNeverAboveOneHalf) {
    const std::vector<Scored> sure = {{9, 1, 0}, {8, 1, 1}, {-9, 0, 2}};
    EXPECT_EQ(fit_gate_threshold(sure, 1), 0.5);
    EXPECT_EQ(fit_gate_threshold({}, 1), 0.5);
}

TEST(Share, IsBootstrappedOverGroups) {
    std::vector<bool> hit;
    std::vector<std::size_t> own, paired;
    for (std::size_t i = 0; i < 200; ++i) {
        hit.push_back(i / 20 % 4 == 0);
        own.push_back(i);
        paired.push_back(i / 20);
    }
    const auto narrow = measure_share(hit, own), wide = measure_share(hit, paired);
    EXPECT_DOUBLE_EQ(narrow.value, 0.3);
    EXPECT_LT(narrow.ci95[1] - narrow.ci95[0], wide.ci95[1] - wide.ci95[0]);
}

TEST(RocCurve, HasItsCornersAndTheAreaOfTheAuc) {
    const auto scored = simulated(0.3, 500);
    const auto curve = roc_curve(scored);
    ASSERT_GE(curve.size(), 3U);
    EXPECT_EQ(curve.front().false_positive_rate, 0);
    EXPECT_EQ(curve.front().true_positive_rate, 0);
    EXPECT_EQ(curve.back().false_positive_rate, 1);
    EXPECT_EQ(curve.back().true_positive_rate, 1);
    double area = 0;
    for (std::size_t i = 1; i < curve.size(); ++i) {
        area += (curve[i].false_positive_rate - curve[i - 1].false_positive_rate) *
                (curve[i].true_positive_rate + curve[i - 1].true_positive_rate) / 2;
    }
    EXPECT_NEAR(area, measure(scored, 1, 0).auc.value, 1e-12);
}

TEST(RocCurve, OfTiesIsStraightAndOfOneClassEmpty) {
    const std::vector<Scored> ties = {{1, 1, 0}, {1, 0, 1}, {1, 1, 2}};
    EXPECT_EQ(roc_curve(ties).size(), 2U);
    EXPECT_TRUE(roc_curve(std::vector<Scored>{{1, 1, 0}}).empty());
}

TEST(Temperature, IsFoundForSimulatedScores) {
    EXPECT_NEAR(fit_temperature(simulated(0.5, 20'000)), 2, 0.1);
    EXPECT_NEAR(fit_temperature(simulated(1, 20'000)), 1, 0.05);
    EXPECT_EQ(fit_temperature({}), 1);
}

TEST(Temperature, OfFewGroupsStaysNearWhatIsExpected) {
    // All told apart: without anything to hold it, the temperature would fall to its bound.
    std::vector<Scored> one_group, many_groups;
    for (std::size_t i = 0; i < 60; ++i) {
        const int label = static_cast<int>(i % 2);
        const Scored tile = {label == 1 ? 2.0F : -2.0F, label, 0};
        one_group.push_back(tile);
        many_groups.push_back(tile);
        many_groups.back().group = i;
    }
    EXPECT_GT(fit_temperature(one_group, 2), 1.5);
    EXPECT_LT(fit_temperature(one_group, 2), 2);
    EXPECT_LT(fit_temperature(many_groups, 2), 0.6 * fit_temperature(one_group, 2));
    EXPECT_EQ(fit_temperature({}, 2), 2);
    EXPECT_FLOAT_EQ(cross_calibrated(one_group, 2)[1].logit, 1) << "no other half to learn from";
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
