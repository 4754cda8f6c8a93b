#include "plugin/analysis/stage_times.h"

#include <gtest/gtest.h>

namespace slidetype {
namespace {

TEST(StageTimes, NameTheStageWithTheLargestShareOfTheWallTime) {
    // Four threads scored for 6 of the 8 seconds that they worked, in 2 seconds of wall time.
    StageTimes times{.open = 0.1,
                     .tissue = 1,
                     .read = 1.5,
                     .resample = 0.5,
                     .score = 6,
                     .write = 0.2,
                     .pipeline = 2,
                     .thread_busy = {}};
    EXPECT_EQ(bottleneck(times), "score");
    times.tissue = 1.6;
    EXPECT_EQ(bottleneck(times), "tissue") << "6 s of work on four threads are 1.5 s of wall time";
    EXPECT_EQ(bottleneck({}), "");
}

TEST(StageTimes, SharesOfThePipelineSumToItsWallTime) {
    const StageTimes times{.read = 3, .resample = 1, .score = 4, .pipeline = 5, .thread_busy = {}};
    double sum = 0;
    for (const auto& share : stage_shares(times)) sum += share.wall;
    EXPECT_NEAR(sum, 5, 1e-9);
}

TEST(StageTimes, CountTheIdleTimeOfEveryThread) {
    const StageTimes times{.pipeline = 5, .thread_busy = {4, 5, 4.5}};
    EXPECT_NEAR(times.idle(), 1.5, 1e-9);
}

}  // namespace
}  // namespace slidetype
