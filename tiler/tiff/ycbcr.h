#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace slidetype {

/// Turns a pixel of Y, Cb and Cr into R, G and B with libjpeg's own arithmetic (jdcolor.c: 16 bits of fraction), so
/// that it becomes what the decoder would have made of it.
inline void from_ycbcr(std::uint8_t* pixel) {
    constexpr int half = 1 << 15;
    const int y = pixel[0], cb = pixel[1] - 128, cr = pixel[2] - 128;
    const auto clipped = [](int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); };
    pixel[0] = clipped(y + ((91881 * cr + half) >> 16));                // 1.40200
    pixel[1] = clipped(y + ((-22554 * cb - 46802 * cr + half) >> 16));  // 0.34414, 0.71414
    pixel[2] = clipped(y + ((116130 * cb + half) >> 16));               // 1.77200
}

/// The way back, as jccolor.c has it.
inline std::array<std::uint8_t, 3> to_ycbcr(const std::array<std::uint8_t, 3>& rgb) {
    const int r = rgb[0], g = rgb[1], b = rgb[2];
    constexpr int half = 1 << 15, middle = (128 << 16) + half - 1;
    return {static_cast<std::uint8_t>((19595 * r + 38470 * g + 7471 * b + half) >> 16),
            static_cast<std::uint8_t>((-11059 * r - 21709 * g + 32768 * b + middle) >> 16),
            static_cast<std::uint8_t>((32768 * r - 27439 * g - 5329 * b + middle) >> 16)};
}

}  // namespace slidetype
