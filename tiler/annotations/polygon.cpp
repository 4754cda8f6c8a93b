#include "tiler/annotations/polygon.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace slidetype {
namespace {

double area_of_ring(const Ring& ring) {
    // Relative to a point of it, so that far coordinates lose no digits.
    double twice = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Point &a = ring[i], &b = ring[(i + 1) % ring.size()], &o = ring.front();
        twice += (a.x - o.x) * (b.y - o.y) - (b.x - o.x) * (a.y - o.y);
    }
    return std::abs(twice) / 2;
}

}  // namespace

double area_of(const Polygon& polygon) {
    double area = area_of_ring(polygon.outer);
    for (const auto& hole : polygon.holes) area -= area_of_ring(hole);
    return std::max(area, 0.0);
}

Box box_of(const Polygon& polygon) {
    const auto [left, right] = std::ranges::minmax(polygon.outer, {}, &Point::x);
    const auto [top, bottom] = std::ranges::minmax(polygon.outer, {}, &Point::y);
    return {left.x, top.y, right.x, bottom.y};
}

}  // namespace slidetype
