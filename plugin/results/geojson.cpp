// The form of one feature, without the line breaks:
//
//   {"type":"Feature","id":"UUID",
//    "geometry":{"type":"Polygon","coordinates":[[[x, y],[x, y+h],[x+w, y+h],[x+w, y],[x, y]]]},
//    "properties":{"objectType":"annotation","name":"…","classification":{"name":"LUSC","color":[213, 94, 0]},
//                  "isLocked":true,"measurements":{"prob_LUSC":0.9132},"metadata":{"model":"…"}}}
//
// One polygon is a Polygon and several are a MultiPolygon: QuPath 0.5 fails on a MultiPolygon of one part.
#include "plugin/results/geojson.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace slidetype {
namespace {

/// Whether JSON writes it as it is: ASCII without quotes, backslashes and control characters.
bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

void append_text(std::string& out, const std::string& text) {
    if (is_plain(text)) {
        out += '"';
        out += text;
        out += '"';
        return;
    }
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void append_number(std::string& out, double value, int decimals) {
    const double rounded = std::round(value);
    if (value == rounded && std::fabs(value) < 1e15) {
        fmt::format_to(std::back_inserter(out), "{}", static_cast<long long>(rounded));
        return;
    }
    const std::size_t begin = out.size();
    fmt::format_to(std::back_inserter(out), "{:.{}f}", value, decimals);
    if (out.find('.', begin) == std::string::npos) return;
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
    if (out.compare(begin, std::string::npos, "-0") == 0) out.erase(begin, 1);
}

void append_point(std::string& out, const Point& point) {
    out += '[';
    append_number(out, point.x, 2);
    out += ", ";
    append_number(out, point.y, 2);
    out += ']';
}

void append_ring(std::string& out, const Ring& ring) {
    out += '[';
    for (const Point& point : ring) {
        append_point(out, point);
        out += ',';
    }
    const bool closed = ring.size() > 1 && ring.front().x == ring.back().x && ring.front().y == ring.back().y;
    if (closed || ring.empty()) {
        if (!ring.empty()) out.pop_back();
    } else {
        append_point(out, ring.front());
    }
    out += ']';
}

void append_polygon(std::string& out, const Polygon& polygon) {
    out += '[';
    append_ring(out, polygon.outer);
    for (const Ring& hole : polygon.holes) {
        out += ',';
        append_ring(out, hole);
    }
    out += ']';
}

void append_geometry(std::string& out, const std::vector<Polygon>& polygons) {
    if (polygons.size() == 1) {
        out += R"({"type":"Polygon","coordinates":)";
        append_polygon(out, polygons.front());
    } else {
        out += R"({"type":"MultiPolygon","coordinates":[)";
        for (const Polygon& polygon : polygons) {
            append_polygon(out, polygon);
            out += ',';
        }
        out.back() = ']';
    }
    out += '}';
}

void append_classification(std::string& out, const Feature& feature) {
    out += R"(,"classification":{"name":)";
    append_text(out, feature.class_name);
    fmt::format_to(std::back_inserter(out), R"(,"color":[{}, {}, {}]}})", feature.color[0], feature.color[1],
                   feature.color[2]);
}

void append_measurements(std::string& out, const Feature& feature) {
    bool any = false;
    for (const auto& [name, value] : feature.measurements) {
        if (!std::isfinite(value)) continue;
        out += any ? "," : R"(,"measurements":{)";
        any = true;
        append_text(out, name);
        out += ':';
        append_number(out, value, 4);
    }
    if (any) out += '}';
}

void append_metadata(std::string& out, const Feature& feature) {
    if (feature.metadata.empty()) return;
    out += R"(,"metadata":{)";
    for (const auto& [name, value] : feature.metadata) {
        append_text(out, name);
        out += ':';
        append_text(out, value);
        out += ',';
    }
    out.back() = '}';
}

void append_properties(std::string& out, const Feature& feature) {
    out += R"({"objectType":)";
    out += feature.type == ObjectType::tile ? R"("tile")" : R"("annotation")";
    if (!feature.name.empty()) {
        out += R"(,"name":)";
        append_text(out, feature.name);
    }
    if (!feature.class_name.empty()) append_classification(out, feature);
    if (feature.locked) out += R"(,"isLocked":true)";
    append_measurements(out, feature);
    append_metadata(out, feature);
    out += '}';
}

}  // namespace

Polygon rectangle(const Rect& rect, const Rect& offset) {
    const auto left = static_cast<double>(rect.x - offset.x), right = static_cast<double>(rect.right() - offset.x);
    const auto top = static_cast<double>(rect.y - offset.y), bottom = static_cast<double>(rect.bottom() - offset.y);
    return {{{left, top}, {left, bottom}, {right, bottom}, {right, top}}, {}};
}

Polygon moved(Polygon polygon, const Rect& offset) {
    const auto move = [&](Ring& ring) {
        for (Point& point : ring) {
            point.x -= static_cast<double>(offset.x);
            point.y -= static_cast<double>(offset.y);
        }
    };
    move(polygon.outer);
    for (Ring& hole : polygon.holes) move(hole);
    return polygon;
}

GeoJsonWriter::GeoJsonWriter(std::ostream& out) : out_(out) {
    out_ << R"({"type":"FeatureCollection","features":[)";
}

void append_feature(std::string& out, const Feature& feature) {
    if (feature.polygons.empty()) throw Error(ErrorCode::internal, feature.id, "a feature without a shape");
    out += R"(,{"type":"Feature","id":)";
    append_text(out, feature.id);
    out += R"(,"geometry":)";
    append_geometry(out, feature.polygons);
    out += R"(,"properties":)";
    append_properties(out, feature);
    out += '}';
}

void GeoJsonWriter::add(const Feature& feature) {
    line_.clear();
    append_feature(line_, feature);
    add_text(line_);
}

void GeoJsonWriter::add_text(std::string_view features) {
    if (features.empty()) return;
    if (first_) features.remove_prefix(1);
    first_ = false;
    out_.write(features.data(), static_cast<std::streamsize>(features.size()));
}

void GeoJsonWriter::finish() {
    out_ << "]}";
}

std::string short_number(double value, int decimals) {
    std::string text;
    append_number(text, value, decimals);
    return text;
}

}  // namespace slidetype
