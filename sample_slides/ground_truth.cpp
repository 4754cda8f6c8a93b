#include "sample_slides/ground_truth.h"

#include <array>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"

namespace slidetype {
namespace {

using Json = nlohmann::ordered_json;

std::array<int, 3> truth_color(const std::string& class_name) {
    if (class_name == "LUAD") return {0, 114, 178};
    if (class_name == "LUSC") return {213, 94, 0};
    return {128, 128, 128};
}

Json to_json(const Ring& ring) {
    Json points = Json::array();
    for (const Point& point : ring) points.push_back({std::llround(point.x), std::llround(point.y)});
    if (points.front() != points.back()) points.push_back(points.front());
    return points;
}

Json to_json(const Polygon& polygon) {
    Json rings = Json::array({to_json(polygon.outer)});
    for (const Ring& hole : polygon.holes) rings.push_back(to_json(hole));
    return rings;
}

Json to_geometry(const std::vector<Polygon>& polygons) {
    if (polygons.size() == 1) return {{"type", "Polygon"}, {"coordinates", to_json(polygons.front())}};
    Json parts = Json::array();
    for (const Polygon& polygon : polygons) parts.push_back(to_json(polygon));
    return {{"type", "MultiPolygon"}, {"coordinates", parts}};
}

void check(const std::filesystem::path& path, const Annotation& annotation) {
    const auto refuse = [&](const char* cause) { throw Error(ErrorCode::usage, path.string(), cause); };
    if (annotation.class_name.empty()) refuse("an annotation has no class");
    if (annotation.polygons.empty()) refuse("an annotation has no polygon");
    for (const Polygon& polygon : annotation.polygons) {
        if (polygon.outer.size() < 3) refuse("an annotation has a polygon of fewer than three points");
    }
}

}  // namespace

void write_ground_truth(const std::filesystem::path& path, const std::string& slide_name,
                        const std::vector<Annotation>& annotations) {
    boost::uuids::name_generator_sha1 uuid_of(boost::uuids::ns::url());
    Json features = Json::array();
    for (const Annotation& annotation : annotations) {
        check(path, annotation);
        const auto id = uuid_of("slidetype/ground-truth/" + slide_name + "/" + std::to_string(features.size()));
        features.push_back(
            {{"type", "Feature"},
             {"id", to_string(id)},
             {"geometry", to_geometry(annotation.polygons)},
             {"properties",
              {{"objectType", "annotation"},
               {"classification", {{"name", annotation.class_name}, {"color", truth_color(annotation.class_name)}}}}}});
    }
    write_file(path, Json{{"type", "FeatureCollection"}, {"features", features}}.dump(-1) + "\n");
}

}  // namespace slidetype
