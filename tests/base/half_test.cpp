#include "base/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

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

}  // namespace
}  // namespace slidetype
