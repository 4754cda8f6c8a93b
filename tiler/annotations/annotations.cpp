#include "tiler/annotations/annotations.h"

#include <cmath>
#include <utility>

#include "base/error.h"
#include "tiler/annotations/annotation_features.h"
#include "tiler/annotations/geojson_text.h"

namespace slidetype {
namespace {

/// Pixels; beyond it sums and products of coordinates might not be finite.
constexpr double kFarthest = 1e12;

/// Takes the areas out of geometries.
class ShapeReader {
  public:
    ShapeReader(const std::string& source, double offset_x, double offset_y)
        : source_(source), offset_x_(offset_x), offset_y_(offset_y) {}

    void read(const FeatureJson& geometry, Annotation& into) const {
        const std::string type = type_of(geometry);
        if (type == "Polygon") {
            add_polygon(member(geometry, "coordinates"), into);
        } else if (type == "MultiPolygon") {
            for (const auto& part : member(geometry, "coordinates")) add_polygon(part, into);
        } else if (type == "GeometryCollection") {
            for (const auto& part : member(geometry, "geometries")) read(part, into);
        } else if (type == "LineString") {
            ++into.lines;
        } else if (type == "MultiLineString") {
            into.lines += member(geometry, "coordinates").size();
        } else if (type == "Point") {
            ++into.points;
        } else if (type == "MultiPoint") {
            into.points += member(geometry, "coordinates").size();
        } else {
            fail("is not GeoJSON: unknown geometry type `" + type.substr(0, 40) + "`");
        }
    }

  private:
    [[noreturn]] void fail(const std::string& cause) const {
        throw Error(ErrorCode::corrupt, source_, cause, "Export the annotations from the viewer as GeoJSON again.");
    }

    const FeatureJson& member(const FeatureJson& object, const char* key) const {
        const auto found = object.find(key);
        if (found == object.end() || !found->is_array())
            fail(std::string("is not GeoJSON: `") + key + "` is absent or of the wrong kind");
        return *found;
    }

    std::string type_of(const FeatureJson& geometry) const {
        const auto found = geometry.is_object() ? geometry.find("type") : geometry.end();
        if (!geometry.is_object() || found == geometry.end() || !found->is_string())
            fail("is not GeoJSON: a shape has no type");
        return found->get<std::string>();
    }

    void add_polygon(const FeatureJson& rings, Annotation& into) const {
        if (!rings.is_array()) fail("is not GeoJSON: the rings of a polygon are no array");
        Polygon polygon;
        for (const auto& ring : rings) {
            auto points = ring_of(ring);
            if (&ring == &rings.front())
                polygon.outer = std::move(points);
            else if (points.size() >= 3)
                polygon.holes.push_back(std::move(points));
        }
        if (polygon.outer.size() >= 3) into.polygons.push_back(std::move(polygon));
    }

    Ring ring_of(const FeatureJson& positions) const {
        if (!positions.is_array()) fail("is not GeoJSON: a ring is no array");
        Ring ring;
        ring.reserve(positions.size());
        for (const auto& position : positions) {
            if (!position.is_array() || position.size() < 2 || !position[0].is_number() || !position[1].is_number())
                fail("holds a position that is no pair of numbers");
            const Point point{position[0].get<double>() + offset_x_, position[1].get<double>() + offset_y_};
            if (!(std::abs(point.x) <= kFarthest && std::abs(point.y) <= kFarthest))
                fail("holds a coordinate that lies on no slide");
            ring.push_back(point);
        }
        return ring;
    }

    const std::string& source_;
    double offset_x_, offset_y_;
};

}  // namespace

std::vector<Annotation> parse_annotations(std::string_view geojson, const std::string& source, double offset_x,
                                          double offset_y, const std::function<bool()>& stop_requested) {
    const ShapeReader shapes(source, offset_x, offset_y);
    std::vector<Annotation> annotations;
    for (auto& feature : annotation_features(geojson, source, stop_requested)) {
        Annotation annotation;
        annotation.class_name = class_of(feature);
        annotation.name = name_of(feature);
        annotation.kind = kind_of(feature);
        annotation.locked = is_locked(feature);
        annotation.is_own = is_own(feature);
        const bool looked_at = annotation.kind == ObjectKind::annotation && !feature["geometry"].is_null();
        if (looked_at) shapes.read(feature["geometry"], annotation);
        annotations.push_back(std::move(annotation));
        feature = nullptr;  // of large files, what has been read need not stay
    }
    return annotations;
}

std::vector<Annotation> read_annotations(const std::filesystem::path& file, double offset_x, double offset_y,
                                         const std::function<bool()>& stop_requested) {
    return parse_annotations(read_geojson_text(file), file.string(), offset_x, offset_y, stop_requested);
}

}  // namespace slidetype
