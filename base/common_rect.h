#pragma once

#include <algorithm>

#include "base/raster.h"

namespace slidetype {

/// What two rectangles have in common; empty where that is nothing.
inline Rect common(const Rect& a, const Rect& b) {
    const auto x = std::max(a.x, b.x), y = std::max(a.y, b.y);
    return {x, y, std::min(a.right(), b.right()) - x, std::min(a.bottom(), b.bottom()) - y};
}

}  // namespace slidetype
