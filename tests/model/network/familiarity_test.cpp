#include "model/network/familiarity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace slidetype {
namespace {

/// Two clouds around (0, 0, 0) and (10, 0, 0), ten times wider in the second feature.
void clouds(std::vector<float>& features, std::vector<int>& labels) {
    Random random(1);
    for (int i = 0; i < 4000; ++i) {
        const int label = i % 2 == 0 ? 0 : 2;
        const auto spread = [&](double width) {
            double sum = 0;  // nearly normal, variance 1
            for (int k = 0; k < 12; ++k) sum += random.uniform(-0.5, 0.5);
            return static_cast<float>(sum * width);
        };
        features.insert(features.end(), {static_cast<float>(label * 5) + spread(1), spread(10), spread(1)});
        labels.push_back(label);
    }
}

TEST(Familiarity, IsTheMahalanobisDistanceToTheNearestClass) {
    std::vector<float> features;
    std::vector<int> labels;
    clouds(features, labels);
    const auto familiarity = fit_familiarity(features, 3, labels, 0);
    check_familiarity(familiarity, 3, "test");
    const std::vector<float> at = {0, 0, 0, 10, 0, 0, 4, 0, 0, 0, 30, 0, 10, 0, 3};
    const auto distances = strange_distances(familiarity, at);
    ASSERT_EQ(distances.size(), 5U);
    EXPECT_NEAR(distances[0], 0, 0.1);
    EXPECT_NEAR(distances[1], 0, 0.1);
    const double expected[] = {4, 3, 3};  // deviations from the nearer mean
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(distances[2 + i], expected[i] / std::sqrt(3), 0.15) << i;
}

TEST(Familiarity, HoldsOutAgainstCollinearFeatures) {
    std::vector<float> features;
    std::vector<int> labels;
    for (int i = 0; i < 50; ++i) {
        features.insert(features.end(), {static_cast<float>(i), static_cast<float>(2 * i)});
        labels.push_back(0);
    }
    const auto distances = strange_distances(fit_familiarity(features, 2, labels), std::vector<float>{24, 49, 24, -49});
    EXPECT_TRUE(std::isfinite(distances[0]));
    EXPECT_GT(distances[1], 5 * distances[0]);
}

TEST(Familiarity, IsExtendedByFurtherTilesAndForgetsNone) {
    std::vector<float> features;
    std::vector<int> labels;
    clouds(features, labels);
    auto familiarity = fit_familiarity(features, 3, labels, 0);
    const std::vector<float> old_tile = {0, 0, 0}, new_tile = {0, 0, 40};
    const double before = strange_distances(familiarity, old_tile)[0];
    EXPECT_GT(strange_distances(familiarity, new_tile)[0], 20);
    extend_familiarity(familiarity, std::vector<float>{0, 0, 39, 0, 0, 41}, std::vector<int>{0, 0});
    check_familiarity(familiarity, 3, "test");
    EXPECT_NEAR(strange_distances(familiarity, new_tile)[0], 0, 1e-6);
    EXPECT_EQ(strange_distances(familiarity, old_tile)[0], before);
}

TEST(Familiarity, RefusesTooFewTilesAndTensorsThatDoNotFit) {
    EXPECT_THROW(fit_familiarity(std::vector<float>{1, 2}, 2, std::vector<int>{0}), Error);
    auto familiarity = fit_familiarity(std::vector<float>{1, 2, 3, 4}, 2, std::vector<int>{0, 0});
    EXPECT_THROW(check_familiarity(familiarity, 3, "test"), Error);
    familiarity.erase("means");
    EXPECT_THROW(check_familiarity(familiarity, 2, "test"), Error);
}

TEST(Quantile, TakesTheValueThatAShareDoesNotExceed) {
    EXPECT_EQ(quantile({4, 1, 3, 2}, 0.5), 2);
    EXPECT_EQ(quantile({4, 1, 3, 2}, 1), 4);
    EXPECT_EQ(quantile({4, 1, 3, 2}, 0), 1);
    EXPECT_EQ(quantile({}, 0.5), 0);
}

}  // namespace
}  // namespace slidetype
