#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace slidetype {
namespace {

TEST(ParallelFor, DoesEveryItemOnce) {
    for (const int threads : {0, 1, 3, 50}) {
        std::vector<int> done(40, 0);
        parallel_for(threads, done.size(), [&](std::size_t i) { ++done[i]; });
        EXPECT_EQ(done, std::vector<int>(40, 1)) << threads << " threads";
    }
}

TEST(ParallelFor, DoesNothingForNoItems) {
    parallel_for(4, 0, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, ThrowsTheErrorOfAnItemAndBeginsNoMore) {
    std::atomic<int> begun{0};
    const auto work = [&](std::size_t i) {
        ++begun;
        if (i == 3) throw std::runtime_error("item 3");
    };
    EXPECT_THROW(parallel_for(1, 100, work), std::runtime_error);
    EXPECT_EQ(begun, 4);
    EXPECT_THROW(parallel_for(4, 100, work), std::runtime_error);
}

TEST(DefaultThreads, IsAtLeastOne) {
    EXPECT_GE(default_threads(), 1);
}

TEST(ParallelFor, CountsWhatIsDone) {
    std::vector<std::size_t> seen;
    parallel_for(
        3, 20, [](std::size_t) {},
        [&](std::size_t done, std::size_t count) {
            EXPECT_EQ(count, 20U);
            seen.push_back(done);
        });
    std::vector<std::size_t> expected(20);
    std::iota(expected.begin(), expected.end(), std::size_t{1});
    EXPECT_EQ(seen, expected);
    parallel_for(2, 3, [](std::size_t) {}, {});
}

}  // namespace
}  // namespace slidetype
