#include "model/metrics/percentiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slidetype {
namespace {

TEST(Percentiles, ShareTheMiddleWhereValuesAreEqual) {
    EXPECT_THAT(percentiles(std::vector<float>{5, 1, 3, 3}), ::testing::ElementsAre(87.5F, 12.5F, 50.0F, 50.0F));
    EXPECT_TRUE(percentiles({}).empty());
}

}  // namespace
}  // namespace slidetype
