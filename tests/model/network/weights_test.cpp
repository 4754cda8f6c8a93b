#include "model/network/weights.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace slidetype {
namespace {

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
