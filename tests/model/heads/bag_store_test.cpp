#include "model/heads/bag_store.h"

#include <gtest/gtest.h>

#include <atomic>

namespace slidetype {
namespace {

TEST(BagStore, OfSomeBagsReadsNoneAgainThatItKeeps) {
    std::atomic<int> reads = 0;
    const auto reader = [&](const std::filesystem::path& file) {
        ++reads;
        Bag bag;
        bag.tiles = bag.dimension = 1;
        bag.features = {static_cast<std::uint16_t>(file.string().front())};
        return bag;
    };
    BagStore store({"a", "b", "c"}, 2 * sizeof(std::uint16_t), reader);
    for (std::size_t bag = 0; bag < 3; ++bag) (void)store.get(bag);
    const std::vector<std::size_t> chosen = {2, 1};
    const auto some = store.of_these(chosen);
    ASSERT_EQ(some->size(), 2U);
    EXPECT_EQ(some->file(0), "c");
    EXPECT_EQ(some->get(1)->features.front(), 'b');
    EXPECT_EQ(reads, 3) << "b was kept";
    EXPECT_EQ(some->get(0)->features.front(), 'c');
    EXPECT_EQ(reads, 4) << "c had no room beside a and b";
    (void)some->get(0);
    EXPECT_EQ(reads, 4) << "and has it now";
}

}  // namespace
}  // namespace slidetype
