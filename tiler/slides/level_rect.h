#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/common_rect.h"
#include "tiler/slides/slide.h"

namespace slidetype {

/// A level-0 rectangle in pixels of a level, its corners rounded to the nearest; never empty.
inline Rect to_level(const Rect& rect, const SlideLevel& level) {
    const auto scaled = [](std::int64_t v, double downsample) {
        return std::llround(static_cast<double>(v) / downsample);
    };
    const auto x = scaled(rect.x, level.downsample_x), y = scaled(rect.y, level.downsample_y);
    return {x, y, std::max<std::int64_t>(scaled(rect.right(), level.downsample_x) - x, 1),
            std::max<std::int64_t>(scaled(rect.bottom(), level.downsample_y) - y, 1)};
}

}  // namespace slidetype
