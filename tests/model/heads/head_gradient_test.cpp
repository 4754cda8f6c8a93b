#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "model/heads/head_loss.h"
#include "model/heads/head_pass.h"

namespace slidetype {
namespace {

struct LossCase {
    HeadLoss loss;
    bool masked;
};

class HeadGradient : public ::testing::TestWithParam<LossCase> {};

std::vector<float> made_inputs(std::size_t tiles, std::size_t inputs) {
    Random random(3);
    std::vector<float> values(tiles * inputs);
    for (auto& value : values) value = static_cast<float>(random.normal());
    return values;
}

// Slopes are worked out by hand, so each weight is moved a little and the loss looked at.
TEST_P(HeadGradient, IsThatOfTheLossMovedAlongEachWeight) {
    constexpr std::size_t kTiles = 7;
    HeadOptions options;
    options.loss = GetParam().loss;
    options.instance_tiles = 2;
    options.hidden = 6;
    options.attention = 4;
    const auto shape = head_shape(5, options);
    auto head = fresh_head(shape, 11);
    // Away from the kink of ReLU, where the slope jumps.
    for (auto& bias : head.part(HeadWeights::Part::layer_bias)) bias = 0.3F;
    InstanceWeights instances(shape.hidden);
    Random random(5);
    for (auto& value : instances.values) value = static_cast<float>(random.uniform(-0.5, 0.5));
    const auto inputs = made_inputs(kTiles, shape.inputs);
    DropMasks masks{std::vector<std::uint8_t>(kTiles * shape.hidden),
                    std::vector<std::uint8_t>(kTiles * shape.attention), 1.5F};
    for (auto& kept : masks.hidden) kept = random.coin() ? 1 : 0;
    for (auto& kept : masks.attention) kept = random.coin() ? 1 : 0;
    const DropMasks* const used = GetParam().masked ? &masks : nullptr;

    const auto loss_of = [&](const HeadWeights& weights, const InstanceWeights& tile_weights) {
        HeadPass pass;
        run_head(weights, inputs, pass, used);
        return bag_lesson(weights, tile_weights, pass, 1, 1, options, nullptr, nullptr).loss;
    };
    HeadPass pass;
    run_head(head, inputs, pass, used);
    TileSlopes slopes;
    HeadWeights gradient(shape);
    InstanceWeights instance_gradient(shape.hidden);
    bag_lesson(head, instances, pass, 1, 1, options, &slopes, &instance_gradient);
    add_gradient(head, inputs, pass, used, slopes, gradient);

    constexpr float kStep = 2e-3F;
    const auto slope_along = [&](std::span<float> weights, std::size_t i) {
        const float before = weights[i];
        weights[i] = before + kStep;
        const double above = loss_of(head, instances);
        weights[i] = before - kStep;
        const double below = loss_of(head, instances);
        weights[i] = before;
        return (above - below) / (2 * double{kStep});
    };
    for (std::size_t i = 0; i < head.values().size(); ++i) {
        EXPECT_NEAR(gradient.values()[i], slope_along(head.values(), i), 2e-3) << "weight " << i;
    }
    for (std::size_t i = 0; i < instances.values.size(); ++i) {
        EXPECT_NEAR(instance_gradient.values[i], slope_along(instances.values, i), 2e-3) << "instance weight " << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Losses, HeadGradient,
                         ::testing::Values(LossCase{HeadLoss::bag, false}, LossCase{HeadLoss::bag, true},
                                           LossCase{HeadLoss::clam, false}, LossCase{HeadLoss::clam, true},
                                           LossCase{HeadLoss::each_tile, false}, LossCase{HeadLoss::each_tile, true}));

TEST(AttentionOf, SumsToOneAndFollowsTheScores) {
    const auto attention = attention_of(std::vector<float>{1, 3, 2}, Pooling::attention);
    EXPECT_NEAR(attention[0] + attention[1] + attention[2], 1, 1e-6);
    EXPECT_GT(attention[1], attention[2]);
    EXPECT_NEAR(attention[1] / attention[0], std::exp(2.0), 1e-4);
    EXPECT_EQ(attention_of(std::vector<float>{1, 3}, Pooling::mean), (std::vector<float>{0.5F, 0.5F}));
}

TEST(AttentionOf, HoldsScoresOfAnySize) {
    const auto attention = attention_of(std::vector<float>{1e30F, -1e30F}, Pooling::attention);
    EXPECT_EQ(attention, (std::vector<float>{1, 0}));
}

}  // namespace
}  // namespace slidetype
