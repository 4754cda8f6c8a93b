#include "tiler/annotations.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"

namespace slidetype {
namespace {

using nlohmann::json;

constexpr int kDeepest = 64;
/// Pixels; beyond it sums and products of coordinates might not be finite.
constexpr double kFarthest = 1e12;
constexpr std::size_t kLongest = std::size_t{1} << 30;

/// Turns one parsed document into annotations.
class Reader {
  public:
    Reader(const std::string& source, double offset_x, double offset_y)
        : source_(source), offset_x_(offset_x), offset_y_(offset_y) {}

    void document(const json& root) {
        if (root.is_array()) {
            for (const auto& feature : root) this->feature(feature);
        } else if (type_of(root) == "FeatureCollection") {
            for (const auto& feature : member(root, "features", json::value_t::array)) this->feature(feature);
        } else if (type_of(root) == "Feature") {
            feature(root);
        } else {
            keep({"", areas_of(root)});
        }
    }
    std::vector<Annotation> annotations;
    std::size_t ignored = 0;

  private:
    [[noreturn]] void fail(const std::string& cause) const {
        throw Error(ErrorCode::corrupt, source_, cause, "Export the annotations from the viewer as GeoJSON again.");
    }

    const json& member(const json& object, const char* key, json::value_t type) const {
        const auto found = object.is_object() ? object.find(key) : object.end();
        if (!object.is_object() || found == object.end() || found->type() != type)
            fail(std::string("is not GeoJSON: `") + key + "` is absent or of the wrong kind");
        return *found;
    }

    std::string type_of(const json& object) const {
        return member(object, "type", json::value_t::string).get<std::string>();
    }

    void keep(Annotation annotation) {
        if (!annotation.polygons.empty()) annotations.push_back(std::move(annotation));
    }

    void feature(const json& feature) {
        if (type_of(feature) != "Feature") fail("is not GeoJSON: a member of the collection is no Feature");
        const auto geometry = feature.find("geometry");
        if (geometry == feature.end() || geometry->is_null()) {
            ++ignored;
            return;
        }
        keep({class_of(feature), areas_of(*geometry)});
    }

    /// QuPath's forms: absent, null, "Tumor", {"name": "Tumor"} and {"names": ["Tumor", "Positive"]}.
    static std::string class_of(const json& feature) {
        const auto properties = feature.find("properties");
        if (properties == feature.end() || !properties->is_object()) return "";
        const auto found = properties->find("classification");
        if (found == properties->end()) return "";
        if (found->is_string()) return found->get<std::string>();
        if (!found->is_object()) return "";
        if (const auto name = found->find("name"); name != found->end() && name->is_string())
            return name->get<std::string>();
        std::string joined;
        if (const auto names = found->find("names"); names != found->end() && names->is_array()) {
            for (const auto& name : *names) {
                if (!name.is_string()) continue;
                joined += (joined.empty() ? "" : ": ") + name.get<std::string>();
            }
        }
        return joined;
    }

    std::vector<Polygon> areas_of(const json& geometry) {
        const std::string type = type_of(geometry);
        std::vector<Polygon> areas;
        if (type == "Polygon") {
            add_polygon(member(geometry, "coordinates", json::value_t::array), areas);
        } else if (type == "MultiPolygon") {
            for (const auto& part : member(geometry, "coordinates", json::value_t::array)) add_polygon(part, areas);
        } else if (type == "GeometryCollection") {
            for (const auto& part : member(geometry, "geometries", json::value_t::array)) {
                auto more = areas_of(part);
                std::move(more.begin(), more.end(), std::back_inserter(areas));
            }
        } else if (type == "Point" || type == "MultiPoint" || type == "LineString" || type == "MultiLineString") {
            ++ignored;
        } else {
            fail("is not GeoJSON: unknown geometry type `" + type.substr(0, 40) + "`");
        }
        return areas;
    }

    void add_polygon(const json& rings, std::vector<Polygon>& areas) {
        if (!rings.is_array()) fail("is not GeoJSON: the rings of a polygon are no array");
        Polygon polygon;
        for (const auto& ring : rings) {
            auto points = ring_of(ring);
            if (&ring == &rings.front())
                polygon.outer = std::move(points);
            else if (points.size() >= 3)
                polygon.holes.push_back(std::move(points));
        }
        if (polygon.outer.size() < 3)
            ++ignored;
        else
            areas.push_back(std::move(polygon));
    }

    Ring ring_of(const json& positions) const {
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

std::string inflate_file(const std::filesystem::path& file) {
    const auto close = [](gzFile_s* stream) { gzclose_r(stream); };
    const std::unique_ptr<gzFile_s, decltype(close)> stream(gzopen(file.c_str(), "rb"), close);
    if (!stream) throw Error(ErrorCode::io, file.string(), "cannot be opened for reading", "Check its permissions.");
    std::string text;
    std::vector<char> chunk(std::size_t{1} << 18);
    for (;;) {
        const int count = gzread(stream.get(), chunk.data(), static_cast<unsigned>(chunk.size()));
        int state = Z_OK;
        const char* message = gzerror(stream.get(), &state);
        // zlib reports an archive that ends too soon as Z_BUF_ERROR, after handing out what there was.
        if (count < 0 || (state != Z_OK && state != Z_STREAM_END))
            throw Error(ErrorCode::corrupt, file.string(), std::string("cannot be decompressed: ") + message);
        if (count == 0) return text;
        text.append(chunk.data(), static_cast<std::size_t>(count));
        if (text.size() > kLongest) throw Error(ErrorCode::corrupt, file.string(), "holds more than 1 GiB of text");
    }
}

/// An edge of a ring, lower end first.
struct Edge {
    Point from, to;
};

void add_edges(const Ring& ring, double top, double bottom, std::vector<Edge>& edges) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Point &a = ring[i], &b = ring[(i + 1) % ring.size()];
        const auto& [low, high] = a.y < b.y ? std::pair(a, b) : std::pair(b, a);
        if (low.y != high.y && low.y <= bottom && high.y > top) edges.push_back({low, high});
    }
}

/// The edges of one polygon that a horizontal line between `top` and `bottom` may cross.
std::vector<Edge> edges_between(const Polygon& polygon, double top, double bottom) {
    std::vector<Edge> edges;
    add_edges(polygon.outer, top, bottom, edges);
    for (const auto& hole : polygon.holes) add_edges(hole, top, bottom, edges);
    return edges;
}

using Spans = std::vector<std::pair<double, double>>;

/// Each edge owns its lower end and not its upper one, so a line through a corner crosses once.
void add_spans(const std::vector<Edge>& edges, double y, Spans& spans) {
    std::vector<double> crossings;
    for (const auto& [from, to] : edges) {
        if (from.y <= y && y < to.y) crossings.push_back(from.x + (y - from.y) / (to.y - from.y) * (to.x - from.x));
    }
    std::sort(crossings.begin(), crossings.end());
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) spans.emplace_back(crossings[i], crossings[i + 1]);
}

Spans united(Spans spans) {
    std::sort(spans.begin(), spans.end());
    Spans result;
    for (const auto& span : spans) {
        if (!result.empty() && span.first <= result.back().second)
            result.back().second = std::max(result.back().second, span.second);
        else
            result.push_back(span);
    }
    return result;
}

}  // namespace

std::vector<Annotation> parse_annotations(std::string_view geojson, const std::string& source, double offset_x,
                                          double offset_y, std::size_t* ignored) {
    if (geojson.size() > kLongest) throw Error(ErrorCode::corrupt, source, "holds more than 1 GiB of text");
    Reader reader(source, offset_x, offset_y);
    try {
        // The parser keeps its own stack; what must not recurse deeply is our walk through the result.
        const auto limit_depth = [&](int depth, json::parse_event_t, const json&) {
            if (depth > kDeepest) throw Error(ErrorCode::corrupt, source, "nests deeper than 64 levels");
            return true;
        };
        reader.document(json::parse(geojson, limit_depth));
    } catch (const json::exception& error) {
        throw Error(ErrorCode::corrupt, source, std::string("is not JSON: ") + error.what());
    }
    if (ignored != nullptr) *ignored = reader.ignored;
    return std::move(reader.annotations);
}

std::vector<Annotation> read_annotations(const std::filesystem::path& file, double offset_x, double offset_y,
                                         std::size_t* ignored) {
    if (!std::filesystem::exists(file)) throw Error(ErrorCode::not_found, file.string(), "does not exist");
    const std::string text = file.extension() == ".gz" ? inflate_file(file) : read_file(file, kLongest);
    return parse_annotations(text, file.string(), offset_x, offset_y, ignored);
}

Spans spans_at(const std::vector<Polygon>& polygons, double y) {
    Spans spans;
    for (const auto& polygon : polygons) add_spans(edges_between(polygon, y, y), y, spans);
    return united(std::move(spans));
}

double coverage(const std::vector<Polygon>& polygons, const Rect& rect) {
    constexpr int samples = 64;
    if (rect.empty()) return 0;
    const auto top = static_cast<double>(rect.y), bottom = static_cast<double>(rect.bottom());
    std::vector<std::vector<Edge>> edges;
    for (const auto& polygon : polygons) {
        auto some = edges_between(polygon, top, bottom);
        if (!some.empty()) edges.push_back(std::move(some));
    }
    const double step_x = static_cast<double>(rect.width) / samples,
                 step_y = static_cast<double>(rect.height) / samples;
    // How many of the sample points at x + (i + 1/2) · step lie before a place.
    const auto before = [&](double x) {
        const double index = std::ceil((x - static_cast<double>(rect.x)) / step_x - 0.5);
        return static_cast<int>(std::clamp(index, 0.0, double{samples}));
    };
    int inside = 0;
    for (int row = 0; row < samples; ++row) {
        Spans spans;
        for (const auto& some : edges) add_spans(some, top + (row + 0.5) * step_y, spans);
        for (const auto& [from, to] : united(std::move(spans))) inside += before(to) - before(from);
    }
    return static_cast<double>(inside) / (samples * samples);
}

}  // namespace slidetype
