#include "model/network/weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace slidetype {
namespace {

TEST(HalfPrecision, KeepsEveryHalfUnchanged) {
    for (unsigned bits = 0; bits < 65536; ++bits) {
        const auto half = static_cast<std::uint16_t>(bits);
        const float value = from_half(half);
        if (std::isnan(value)) continue;
        EXPECT_EQ(to_half(value), half) << bits;
    }
}

TEST(HalfPrecision, RoundsToNearestEven) {
    EXPECT_EQ(from_half(to_half(1.0F + 0x1p-11F)), 1.0F);                // a tie goes to the even neighbour below
    EXPECT_EQ(from_half(to_half(1.0F + 3 * 0x1p-11F)), 1.0F + 0x1p-9F);  // and here to the one above
    EXPECT_EQ(from_half(to_half(1.0F + 0x1.1p-11F)), 1.0F + 0x1p-10F);
    EXPECT_EQ(from_half(to_half(0x1p-25F)), 0.0F);
    EXPECT_EQ(from_half(to_half(-0x1.8p-24F)), -0x1p-23F);
}

TEST(HalfPrecision, OverflowsToInfinity) {
    EXPECT_EQ(from_half(to_half(65519.0F)), 65504.0F);
    EXPECT_TRUE(std::isinf(from_half(to_half(65520.0F))));
    EXPECT_TRUE(std::isnan(from_half(to_half(std::numeric_limits<float>::quiet_NaN()))));
}

TEST(FoldBatchNorm, ScalesEachOutputChannelAndSetsItsBias) {
    const Architecture tiny{"tiny",
                            3,
                            1,
                            InputKind::unit,
                            {ConvLayer{3, 2, 1, 0, true}, GlobalAveragePoolLayer{}, DenseLayer{2, 1, false}},
                            1,
                            1e-3};
    Weights weights = {{"conv1.weight", {{2, 3, 1, 1}, {1, 2, 3, 4, 5, 6}}},
                       {"conv1.scale", {{2}, {2, 1}}},
                       {"conv1.shift", {{2}, {0.5F, -1}}},
                       {"conv1.running_mean", {{2}, {1, 3}}},
                       {"conv1.running_var", {{2}, {4, 0.25F}}},
                       {"dense1.weight", {{1, 2}, {7, 8}}},
                       {"dense1.bias", {{1}, {9}}}};
    check_weights(weights, tiny, "tiny");
    const auto folded = fold_batch_norm(weights, tiny);
    EXPECT_EQ(folded.size(), 4U);
    EXPECT_NEAR(folded.at("conv1.weight").values[2], 3, 1e-4);  // factor 2 / sqrt(4)
    EXPECT_NEAR(folded.at("conv1.weight").values[3], 8, 1e-3);  // factor 1 / sqrt(0.25)
    EXPECT_NEAR(folded.at("conv1.bias").values[0], 0.5 - 1, 1e-4);
    EXPECT_NEAR(folded.at("conv1.bias").values[1], -1 - 6, 1e-3);
    EXPECT_EQ(folded.at("dense1.weight").values[1], 8);
}

TEST(CheckWeights, NamesWhatIsMissingSurplusOrMisshapen) {
    const Architecture tiny{"tiny", 1,   1, InputKind::unit, {GlobalAveragePoolLayer{}, DenseLayer{3, 1, false}},
                            1,      1e-3};
    const Weights good = {{"dense1.weight", {{1, 3}, {1, 2, 3}}}, {"dense1.bias", {{1}, {0}}}};
    EXPECT_NO_THROW(check_weights(good, tiny, "x"));
    auto missing = good, surplus = good, misshapen = good;
    missing.erase("dense1.bias");
    surplus["dense2.bias"] = {{1}, {0}};
    misshapen["dense1.weight"].shape = {3, 1};
    EXPECT_THROW(check_weights(missing, tiny, "x"), Error);
    EXPECT_THROW(check_weights(surplus, tiny, "x"), Error);
    EXPECT_THROW(check_weights(misshapen, tiny, "x"), Error);
}

}  // namespace
}  // namespace slidetype
