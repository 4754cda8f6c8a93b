#include "tiler/tiff/file_tile_cache.h"

#include <gtest/gtest.h>

namespace slidetype {
namespace {

FileTileCache::Pixels pixels(std::size_t size) {
    return std::make_shared<const std::vector<std::uint8_t>>(size);
}

TEST(FileTileCache, GivesBackWhatItKeeps) {
    FileTileCache cache(100);
    const auto kept = pixels(40);
    cache.keep({0, 1, 7}, kept);
    EXPECT_EQ(cache.find({0, 1, 7}), kept);
    EXPECT_EQ(cache.find({0, 2, 7}), nullptr);
    EXPECT_EQ(cache.find({1, 1, 7}), nullptr);
    EXPECT_EQ(cache.find({0, 1, 8}), nullptr);
}

TEST(FileTileCache, TheOldestGoFirstAndTheLimitHolds) {
    FileTileCache cache(100);
    for (std::size_t i = 0; i < 5; ++i) cache.keep({0, 1, i}, pixels(40));
    EXPECT_LE(cache.bytes(), 100U);
    EXPECT_EQ(cache.find({0, 1, 2}), nullptr);
    EXPECT_NE(cache.find({0, 1, 3}), nullptr);
    EXPECT_NE(cache.find({0, 1, 4}), nullptr);
}

TEST(FileTileCache, WhatIsLargerThanTheLimitIsNotKept) {
    FileTileCache cache(100);
    cache.keep({0, 1, 0}, pixels(40));
    cache.keep({0, 1, 1}, pixels(101));
    EXPECT_NE(cache.find({0, 1, 0}), nullptr);
    EXPECT_EQ(cache.find({0, 1, 1}), nullptr);
}

TEST(FileTileCache, ATileThatIsThereAlreadyIsNotCountedTwice) {
    FileTileCache cache(100);
    cache.keep({0, 1, 0}, pixels(40));
    cache.keep({0, 1, 0}, pixels(40));
    EXPECT_EQ(cache.bytes(), 40U);
}

}  // namespace
}  // namespace slidetype
