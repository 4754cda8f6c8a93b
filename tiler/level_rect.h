#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/raster.h"

namespace slidetype {

/// What two rectangles have in common; empty where that is nothing.
inline Rect common(const Rect& a, const Rect& b) {
    const auto x = std::max(a.x, b.x), y = std::max(a.y, b.y);
    return {x, y, std::min(a.right(), b.right()) - x, std::min(a.bottom(), b.bottom()) - y};
}

/// A level-0 rectangle in pixels of a level with this downsample, its corners rounded to the nearest; never empty.
inline Rect to_level(const Rect& rect, double downsample) {
    const auto scaled = [downsample](std::int64_t v) { return std::llround(static_cast<double>(v) / downsample); };
    const auto x = scaled(rect.x), y = scaled(rect.y);
    return {x, y, std::max<std::int64_t>(scaled(rect.right()) - x, 1),
            std::max<std::int64_t>(scaled(rect.bottom()) - y, 1)};
}

}  // namespace slidetype
