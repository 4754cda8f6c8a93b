#include "base/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "base/parallel.h"

namespace slidetype {
namespace {

TEST(Pool, GivesWhatWasGivenBackBeforeItMakesAnother) {
    Pool<std::unique_ptr<int>> pool;
    int made = 0;
    const auto make = [&] { return std::make_unique<int>(++made); };
    auto first = pool.take(make), second = pool.take(make);
    EXPECT_EQ(made, 2);
    pool.give_back(std::move(first));
    EXPECT_EQ(*pool.take(make), 1);
    EXPECT_EQ(*pool.take(make), 3);  // the one that was not given back is gone
}

TEST(Pool, LendsNothingToTwoThreadsAtOnce) {
    Pool<std::unique_ptr<std::atomic<int>>> pool;
    std::atomic<int> made{0}, clashes{0};
    parallel_for(4, 2000, [&](std::size_t) {
        auto mine = pool.take([&] {
            ++made;
            return std::make_unique<std::atomic<int>>(0);
        });
        if (++*mine != 1) ++clashes;
        --*mine;
        pool.give_back(std::move(mine));
    });
    EXPECT_EQ(clashes, 0);
    EXPECT_LE(made, 4);
}

}  // namespace
}  // namespace slidetype
