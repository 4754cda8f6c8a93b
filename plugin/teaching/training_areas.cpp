#include "plugin/teaching/training_areas.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"

namespace slidetype {
namespace {

using nlohmann::json;

constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 30;

std::string text_of(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Tiles and cells are what a program found, not what a person drew. QuPath takes any other word for an annotation.
bool is_annotation(const json& properties) {
    const auto type = text_of(properties, "objectType");
    return type != "tile" && type != "detection" && type != "cell" && type != "tmaCore";
}

bool has_measurement(const json& properties, const char* name) {
    const auto found = properties.is_object() ? properties.find("measurements") : properties.end();
    return properties.is_object() && found != properties.end() && found->is_object() && found->contains(name);
}

/// What overlay.geojson holds: the call counts its tiles as "scored_tiles", a region as "tiles".
bool is_own_region(const json& properties) {
    const bool locked = properties.is_object() && properties.value("isLocked", json()) == json(true);
    return locked && (has_measurement(properties, "scored_tiles") ||
                      (has_measurement(properties, "tiles") && has_measurement(properties, "area_mm2")));
}

/// People who draw without a class list write the class into the name.
void class_from_name(json& properties) {
    if (!properties.is_object()) return;
    const auto name = text_of(properties, "name");
    const auto found = properties.find("classification");
    const bool classed = found != properties.end() && !found->is_null() && !(found->is_object() && found->empty());
    if (!classed && class_index(name) >= 0) properties["classification"] = {{"name", name}};
}

/// Takes out what no person said, and counts it.
void keep_judgements(json& features, TrainingAreas& counts) {
    json kept = json::array();
    for (auto& feature : features) {
        auto& properties = feature["properties"];
        if (!is_annotation(properties)) {
            ++counts.no_annotation;
        } else if (is_own_region(properties)) {
            ++counts.own_regions;
        } else {
            class_from_name(properties);
            kept.push_back(std::move(feature));
        }
    }
    features = std::move(kept);
}

std::string judgements_in(std::string_view geojson, TrainingAreas& counts) {
    auto root = json::parse(geojson);
    if (root.is_array()) {
        keep_judgements(root, counts);
    } else if (const auto features = root.find("features"); features != root.end()) {
        keep_judgements(*features, counts);
    } else if (root.value("type", "") == "Feature") {
        json one = json::array({std::move(root)});
        keep_judgements(one, counts);
        root = std::move(one);
    }
    return root.dump();
}

bool touches(const Polygon& polygon, const Rect& rect) {
    const auto [left, right] = std::ranges::minmax(polygon.outer, {}, &Point::x);
    const auto [top, bottom] = std::ranges::minmax(polygon.outer, {}, &Point::y);
    return left.x < static_cast<double>(rect.right()) && right.x > static_cast<double>(rect.x) &&
           top.y < static_cast<double>(rect.bottom()) && bottom.y > static_cast<double>(rect.y);
}

}  // namespace

TrainingAreas sort_annotations(std::string_view geojson, const std::string& source, double offset_x, double offset_y) {
    // The first reading refuses what is no GeoJSON or nests too deeply, so that the second may be trusting.
    (void)parse_annotations(geojson, source);
    TrainingAreas sorted;
    std::size_t no_area = 0;
    for (auto& annotation : parse_annotations(judgements_in(geojson, sorted), source, offset_x, offset_y, &no_area)) {
        const auto& name = annotation.class_name;
        const int label = class_index(name);
        if (label < 0 && name != "Ignore*") {
            ++sorted.other_classes[name];
            continue;
        }
        auto& areas = sorted.areas[label < 0 ? TrainingAreas::kIgnore : static_cast<std::size_t>(label)];
        std::ranges::move(annotation.polygons, std::back_inserter(areas));
    }
    sorted.no_annotation += no_area;
    return sorted;
}

TrainingAreas read_training_areas(const std::filesystem::path& file, double offset_x, double offset_y) {
    return sort_annotations(read_file(file, kMostBytes), file.string(), offset_x, offset_y);
}

TileLabel label_of(const TrainingAreas& areas, const Rect& rect, double min_coverage) {
    std::array<double, TrainingAreas::kLabels> shares{};
    for (std::size_t label = 0; label < shares.size(); ++label) {
        std::vector<Polygon> near;
        std::ranges::copy_if(areas.areas[label], std::back_inserter(near),
                             [&](const Polygon& polygon) { return touches(polygon, rect); });
        if (!near.empty()) shares[label] = coverage(near, rect);
    }
    const auto best = static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin());
    if (shares[best] < min_coverage) return {TileLabel::Kind::outside, -1};
    for (std::size_t label = 0; label < shares.size(); ++label) {
        if (label != best && shares[best] - shares[label] < kClearLead) return {TileLabel::Kind::contested, -1};
    }
    if (best == TrainingAreas::kIgnore) return {TileLabel::Kind::ignored, -1};
    return {TileLabel::Kind::labelled, static_cast<int>(best)};
}

}  // namespace slidetype
