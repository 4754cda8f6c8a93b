#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tiler/annotations/object_kind.h"
#include "tiler/annotations/polygon.h"

namespace slidetype {

/// One object as a viewer exports it.
struct Annotation {
    std::string class_name;  ///< "Tumor", "Tumor: Positive"; empty where it has none
    std::string name;        ///< its own; empty for none
    ObjectKind kind = ObjectKind::annotation;
    bool locked = false;
    bool is_own = false;                ///< slidetype made it and nobody claimed it, see annotation_features.h
    std::vector<Polygon> polygons;      ///< of annotations alone; empty where it has no area
    std::size_t lines = 0, points = 0;  ///< parts of its shape that are no areas
};

/// Reads GeoJSON as QuPath of every version and others write it (see annotation_features.h): one annotation for each
/// object of the file, in order, those within others behind them. Areas are Polygon, MultiPolygon and what of these is
/// in a GeometryCollection; rings of fewer than three points are left out. The shapes of objects that are no
/// annotations are not looked at. Adds (offset_x, offset_y) to every coordinate: QuPath's origin is the slide's bounds
/// offset. Throws Error(corrupt) naming `source` for what is not GeoJSON, holds a coordinate that is no number or
/// beyond 10^12, or nests deeper than 64; Error(cancelled) soon after `stop_requested` says so.
std::vector<Annotation> parse_annotations(std::string_view geojson, const std::string& source, double offset_x = 0,
                                          double offset_y = 0, const std::function<bool()>& stop_requested = {});
/// The same from a file, compressed or not (see geojson_text.h). Throws what read_geojson_text() throws as well.
std::vector<Annotation> read_annotations(const std::filesystem::path& file, double offset_x = 0, double offset_y = 0,
                                         const std::function<bool()>& stop_requested = {});

}  // namespace slidetype
