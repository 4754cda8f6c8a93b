#include "base/chunks.h"

#include <gtest/gtest.h>

#include <vector>

namespace slidetype {
namespace {

TEST(Chunk, CutsWithoutGapAndEndsEmpty) {
    const std::vector<int> items = {1, 2, 3, 4, 5};
    const std::span<const int> all = items;
    EXPECT_EQ(chunk_count(5, 2), 3U);
    EXPECT_EQ(chunk_count(4, 2), 2U);
    EXPECT_EQ(chunk_count(0, 2), 0U);
    EXPECT_EQ(chunk(all, 2, 0).front(), 1);
    EXPECT_EQ(chunk(all, 2, 2).size(), 1U);
    EXPECT_EQ(chunk(all, 2, 2).front(), 5);
    EXPECT_TRUE(chunk(all, 2, 3).empty());
    EXPECT_TRUE(chunk(all, 2, 9).empty());
}

}  // namespace
}  // namespace slidetype
