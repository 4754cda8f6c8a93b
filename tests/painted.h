#pragma once

#include <cstddef>
#include <cstdint>

#include "base/raster.h"

namespace slidetype::testing {

/// A picture from a function of the pixel that returns {r, g, b}.
template <typename Function>
RgbImage paint_picture(int width, int height, Function colour) {
    RgbImage picture(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const auto rgb = colour(x, y);
            for (std::size_t c = 0; c < 3; ++c) picture.at(x, y)[c] = static_cast<std::uint8_t>(rgb[c]);
        }
    }
    return picture;
}

}  // namespace slidetype::testing
