#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace slidetype {

/// A rectangle of pixels: [x, x + width) × [y, y + height), y down. The frame is level 0 unless a function says other.
struct Rect {
    std::int64_t x = 0, y = 0, width = 0, height = 0;
    std::int64_t right() const { return x + width; }
    std::int64_t bottom() const { return y + height; }
    bool empty() const { return width <= 0 || height <= 0; }
    bool operator==(const Rect&) const = default;
};

/// An 8-bit RGB picture, rows from the top, pixels interleaved (H × W × 3), no padding between rows.
struct RgbImage {
    int width = 0, height = 0;
    std::vector<std::uint8_t> pixels;

    RgbImage() = default;
    RgbImage(int w, int h, std::uint8_t fill = 255)
        : width(w), height(h), pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 3, fill) {}
    bool empty() const { return pixels.empty(); }
    const std::uint8_t* at(int x, int y) const {
        return pixels.data() +
               (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * 3;
    }
    std::uint8_t* at(int x, int y) { return const_cast<std::uint8_t*>(static_cast<const RgbImage*>(this)->at(x, y)); }
};

}  // namespace slidetype
