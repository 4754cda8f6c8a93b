#pragma once

#include <vector>

namespace slidetype {

struct Point {
    double x = 0, y = 0;
};
using Ring = std::vector<Point>;

/// A polygon with holes, in level-0 pixels. Rings need not be closed and may turn either way. What is inside is told by
/// the even-odd rule over all of its rings.
struct Polygon {
    Ring outer;
    std::vector<Ring> holes;
};

/// In square pixels: that of the outer ring less those of the holes, at least 0.
double area_of(const Polygon& polygon);

/// The smallest rectangle round the outer ring, which must have a point: left, top, right, bottom.
struct Box {
    double left = 0, top = 0, right = 0, bottom = 0;
};
Box box_of(const Polygon& polygon);

}  // namespace slidetype
