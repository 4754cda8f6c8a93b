#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
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

/// One annotation as a viewer exports it: a class name (empty where it has none) and one or more polygons.
struct Annotation {
    std::string class_name;
    std::vector<Polygon> polygons;
};

/// Reads GeoJSON as QuPath and others write it: a FeatureCollection, one Feature, an array of Features or a bare
/// geometry; Polygon, MultiPolygon, GeometryCollection of these. Tolerant where QuPath is loose (repeated keys, missing
/// or string classification, `names` arrays, ellipses as polygons). What is no area (lines, points, features without
/// geometry, rings of fewer than three points) is left out and counted in `*ignored`, if given.
/// Adds (offset_x, offset_y) to every coordinate: QuPath's origin is the slide's bounds offset.
/// Throws Error(corrupt) naming `source` for what is not GeoJSON, holds a coordinate that is no number or beyond
/// 10^12, or nests deeper than 64.
std::vector<Annotation> parse_annotations(std::string_view geojson, const std::string& source, double offset_x = 0,
                                          double offset_y = 0, std::size_t* ignored = nullptr);
/// The same from a file; also reads .gz files. At most 1 GiB of text. Throws Error(not_found | io) as well.
std::vector<Annotation> read_annotations(const std::filesystem::path& file, double offset_x = 0, double offset_y = 0,
                                         std::size_t* ignored = nullptr);

/// Where the horizontal line at `y` runs inside the union of the polygons (even-odd within each polygon, so holes are
/// out): disjoint intervals [first, second) of x, ascending.
std::vector<std::pair<double, double>> spans_at(const std::vector<Polygon>& polygons, double y);

/// The share of `rect` that lies inside the polygons (even-odd within each polygon, holes respected), 0 … 1, measured
/// on a 64 × 64 grid of sample points per rect, so exact to about 2 %. 0 for an empty rect.
double coverage(const std::vector<Polygon>& polygons, const Rect& rect);

}  // namespace slidetype
