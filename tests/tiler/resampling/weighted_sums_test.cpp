#include "tiler/resampling/weighted_sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace slidetype {
namespace {

TEST(WeightedSums, OfRowsAreTheSameToTheLastBitHoweverManySamplesAreTakenAtOnce) {
    std::mt19937 random(1);
    for (const int count : {1, 3, 15, 16, 17, 48, 61}) {
        std::vector<std::vector<std::uint8_t>> rows(4, std::vector<std::uint8_t>(static_cast<std::size_t>(count)));
        for (auto& row : rows) std::ranges::generate(row, [&] { return static_cast<std::uint8_t>(random()); });
        const std::vector<const std::uint8_t*> lines = {rows[0].data(), rows[1].data(), rows[2].data(), rows[3].data()};
        const std::vector<float> weights = {0.31F, 0.4375F, 0.2F, 0.0525F};
        std::vector<float> sums(static_cast<std::size_t>(count));
        sum_rows(lines.data(), weights.data(), 4, count, sums.data());
        for (std::size_t i = 0; i < sums.size(); ++i) {
            float sum = 0;
            for (std::size_t k = 0; k < 4; ++k) {
                const float part = weights[k] * static_cast<float>(rows[k][i]);
                sum += part;
            }
            ASSERT_EQ(sums[i], sum) << count << " samples, sample " << i;
        }
    }
}

TEST(WeightedSums, OfPixelsAreRoundedAndCutOffAndWriteNothingBehindTheLast) {
    std::mt19937 random(2);
    for (const int count : {1, 2, 3, 4, 7, 8}) {
        Shares columns;
        columns.taps = 3;
        for (int i = 0; i < count; ++i) {
            columns.first.push_back(2 * i);
            columns.weights.insert(columns.weights.end(), {0.5F, 0.4F, i % 2 == 0 ? 0.1F : 0.2F});  // some exceed 255
        }
        std::vector<float> from(static_cast<std::size_t>(3 * (2 * count + 1) + 1));
        std::ranges::generate(from, [&] { return static_cast<float>(random() % 25'600) / 100; });
        std::vector<std::uint8_t> out(static_cast<std::size_t>(3 * count) + 4, 77);
        sum_pixels(from.data(), columns, out.data());
        for (std::size_t i = 0; i < static_cast<std::size_t>(3 * count); ++i) {
            const std::size_t pixel = i / 3, at = 6 * pixel + i % 3;
            float sum = 0;
            for (std::size_t k = 0; k < 3; ++k) sum += from[at + 3 * k] * columns.weights[3 * pixel + k];
            ASSERT_EQ(out[i], static_cast<std::uint8_t>(std::min(255.0F, std::nearbyint(sum)))) << count << ", " << i;
        }
        for (std::size_t i = static_cast<std::size_t>(3 * count); i < out.size(); ++i) ASSERT_EQ(out[i], 77);
    }
}

}  // namespace
}  // namespace slidetype
