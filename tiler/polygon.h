#pragma once

#include <utility>
#include <vector>

#include "base/raster.h"

namespace slidetype {

struct Point {
    double x = 0, y = 0;
};
using Ring = std::vector<Point>;

/// A polygon with holes, in level-0 pixels. Rings need not be closed and may turn either way.
struct Polygon {
    Ring outer;
    std::vector<Ring> holes;
};

/// Where the horizontal line at `y` runs inside the union of the polygons (even-odd within each polygon, so holes are
/// out): disjoint intervals [first, second) of x, ascending.
std::vector<std::pair<double, double>> spans_at(const std::vector<Polygon>& polygons, double y);

/// The share of `rect` that lies inside the polygons (even-odd within each polygon, holes respected), 0 … 1, measured
/// on a 64 × 64 grid of sample points per rect, so exact to about 2 %. 0 for an empty rect.
double coverage(const std::vector<Polygon>& polygons, const Rect& rect);

}  // namespace slidetype
