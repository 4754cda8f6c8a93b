#include "base/resampling/weighted_sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace slidetype {
namespace {

TEST(WeightedSums, OfRowsAreTheSameInEveryWayHoweverManySamplesThereAre) {
    std::mt19937 random(1);
    for (const int count : {1, 3, 7, 8, 15, 16, 17, 48, 61}) {
        std::vector<std::vector<std::uint8_t>> rows(4, std::vector<std::uint8_t>(static_cast<std::size_t>(count)));
        for (auto& row : rows) std::ranges::generate(row, [&] { return static_cast<std::uint8_t>(random()); });
        const std::vector<const std::uint8_t*> lines = {rows[0].data(), rows[1].data(), rows[2].data(), rows[3].data()};
        const std::vector<std::int16_t> weights = {5001, 7000, 4000, 383};
        for (const auto& way : ways_to_sum()) {
            std::vector<std::int16_t> mixed(static_cast<std::size_t>(count) + 1, -5);
            way.rows(lines.data(), weights.data(), 4, count, mixed.data());
            for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
                int sum = 0;
                for (std::size_t k = 0; k < 4; ++k) sum += weights[k] * rows[k][i];
                ASSERT_EQ(mixed[i], (sum + 128) / 256) << way.name << ", " << count << " samples, sample " << i;
            }
            EXPECT_EQ(mixed.back(), -5) << way.name << " writes behind the last sample";
        }
    }
}

TEST(WeightedSums, OfPixelsAreTheSameInEveryWayAndWriteNothingBehindTheLast) {
    std::mt19937 random(2);
    for (const int count : {1, 2, 3, 4, 7, 8}) {
        Shares columns;
        columns.taps = 8;
        for (int i = 0; i < count; ++i) {
            columns.first.push_back(2 * i);
            columns.weights.insert(columns.weights.end(), {3000, 2000, 1384, 4000, 2000, 4000, 0, 0});
        }
        const auto samples = static_cast<std::size_t>(3 * (2 * count + 4));
        std::vector<std::int16_t> mixed(samples + static_cast<std::size_t>(samples_read_beyond(columns)), 32767);
        std::generate_n(mixed.begin(), samples, [&] { return static_cast<std::int16_t>(random() % 16321); });
        for (const auto& way : ways_to_sum()) {
            std::vector<std::uint8_t> out(static_cast<std::size_t>(3 * count) + 4, 77);
            way.pixels(mixed.data(), columns, out.data());
            for (std::size_t i = 0; i < static_cast<std::size_t>(3 * count); ++i) {
                const std::size_t pixel = i / 3, at = 6 * pixel + i % 3;
                int sum = 0;
                for (std::size_t k = 0; k < 6; ++k) sum += mixed[at + 3 * k] * columns.weights[8 * pixel + k];
                ASSERT_EQ(out[i], (sum + (1 << 19)) >> 20) << way.name << ", " << count << " pixels, sample " << i;
            }
            for (std::size_t i = static_cast<std::size_t>(3 * count); i < out.size(); ++i) ASSERT_EQ(out[i], 77);
        }
    }
}

}  // namespace
}  // namespace slidetype
