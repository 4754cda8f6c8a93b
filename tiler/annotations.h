#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tiler/raster.h"

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
/// or string classification, `names` arrays, ellipses as polygons); lines and points are ignored, and counted.
/// Adds (offset_x, offset_y) to every coordinate: QuPath's origin is the slide's bounds offset.
/// Throws Error(corrupt) naming `source` for what is not GeoJSON, holds a coordinate that is no finite number, or
/// nests deeper than 64.
std::vector<Annotation> parse_annotations(std::string_view geojson, const std::string& source, double offset_x = 0,
                                          double offset_y = 0);
/// The same from a file; also reads .gz files. At most 1 GiB of text.
std::vector<Annotation> read_annotations(const std::filesystem::path& file, double offset_x = 0, double offset_y = 0);

/// The share of `rect` that lies inside the polygons (even-odd within each polygon, holes respected), 0 … 1, measured on
/// a 64 × 64 grid of sample points per rect, so exact to about 2 %.
double coverage(const std::vector<Polygon>& polygons, const Rect& rect);

}  // namespace slidetype
