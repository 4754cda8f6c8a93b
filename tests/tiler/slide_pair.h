#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tiler/slides/slide.h"

namespace slidetype::testing {

/// Both ways to one file.
struct Pair {
    Slide quick, careful;
    explicit Pair(const std::filesystem::path& path) : quick(path), careful(path, PixelPath::openslide_only) {}
};

inline Rect random_rect(std::mt19937& random, const SlideLevel& level) {
    const auto below = [&](std::int64_t limit) {
        return static_cast<std::int64_t>(random() % static_cast<unsigned>(limit));
    };
    const auto width = 1 + below(std::min<std::int64_t>(level.width + 40, 700));
    const auto height = 1 + below(std::min<std::int64_t>(level.height + 40, 700));
    return {below(level.width + 60) - 30 - width / 4, below(level.height + 60) - 30 - height / 4, width, height};
}

inline int largest_difference(const RgbImage& a, const RgbImage& b) {
    EXPECT_EQ(a.pixels.size(), b.pixels.size());
    int largest = 0;
    for (std::size_t i = 0; i < std::min(a.pixels.size(), b.pixels.size()); ++i)
        largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
    return largest;
}

inline double mean_difference(const RgbImage& a, const RgbImage& b) {
    EXPECT_EQ(a.pixels.size(), b.pixels.size());
    double sum = 0;
    for (std::size_t i = 0; i < std::min(a.pixels.size(), b.pixels.size()); ++i)
        sum += std::abs(a.pixels[i] - b.pixels[i]);
    return sum / static_cast<double>(std::max<std::size_t>(a.pixels.size(), 1));
}

inline bool is_whole(double value) {
    return value == std::floor(value);
}

/// `all`: also on levels that are left to OpenSlide, where this shows no more than that they are.
/// Exact where OpenSlide copies pixels; one grey level where it interpolates.
inline void expect_equal_pixels(const Pair& slide, int rounds, const std::string& what, bool all = true) {
    std::mt19937 random(7);
    for (std::size_t i = 0; i < slide.careful.levels().size(); ++i) {
        const int level = static_cast<int>(i);
        if (!all && !slide.quick.shrinks_while_decoding(level)) continue;
        const auto& shape = slide.careful.levels()[i];
        std::vector<Rect> rects{{-3, -5, 300, 200}, {shape.width - 100, shape.height - 90, 130, 120}};
        for (int round = 0; round < rounds; ++round) rects.push_back(random_rect(random, shape));
        for (const Rect& rect : rects)
            ASSERT_LE(largest_difference(slide.quick.read(level, rect), slide.careful.read(level, rect)),
                      is_whole(shape.downsample_x) && is_whole(shape.downsample_y) ? 0 : 1)
                << what << ", level " << level << ": " << rect.x << " " << rect.y << " " << rect.width << " "
                << rect.height;
    }
}

/// Shrunk by the decoder or from OpenSlide's pixels: close on average.
inline void expect_alike_when_shrunk(const Pair& slide, double most, const std::string& what, bool all = true) {
    for (std::size_t i = 0; i < slide.careful.levels().size(); ++i) {
        const int level = static_cast<int>(i);
        if (!all && !slide.quick.shrinks_while_decoding(level)) continue;
        for (const int shrink : {2, 4, 8}) {
            const auto& shape = slide.careful.levels()[i];
            const Rect rect{-16, 8, (shape.width + 40) / 8 * 8, (shape.height + 40) / 8 * 8};
            EXPECT_LE(mean_difference(slide.quick.read_shrunk(level, rect, shrink),
                                      slide.careful.read_shrunk(level, rect, shrink)),
                      most)
                << what << ", level " << level << " shrunk by " << shrink;
        }
    }
}

}  // namespace slidetype::testing
