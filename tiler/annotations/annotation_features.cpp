#include "tiler/annotations/annotation_features.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "base/error.h"
#include "tiler/annotations/annotation_class.h"

namespace slidetype {
namespace {

constexpr int kDeepest = 64;

[[noreturn]] void fail(const std::string& source, const std::string& cause) {
    throw Error(ErrorCode::corrupt, source, cause, "Export the annotations from the viewer as GeoJSON again.");
}

std::string text_of(const FeatureJson& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool is_geometry(const std::string& type) {
    static constexpr std::array<std::string_view, 7> kTypes = {
        "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"};
    return std::ranges::find(kTypes, type) != kTypes.end();
}

/// `objectType` from all that names it.
void set_kind(const FeatureJson& feature, FeatureJson& properties) {
    std::optional<ObjectKind> kind;
    const auto say = [&](const std::string& word) {
        const auto said = object_kind(word);
        if (said && (!kind || *kind == ObjectKind::annotation)) kind = said;
        return said.has_value();
    };
    say(text_of(feature, "id"));
    say(text_of(properties, "objectType"));
    if (say(text_of(properties, "object_type"))) properties.erase("object_type");
    if (say(text_of(properties, "type"))) properties.erase("type");
    properties["objectType"] = to_string(kind.value_or(ObjectKind::annotation));
}

/// Takes an id away that tells the object from no other.
void drop_empty_id(FeatureJson& feature) {
    const auto found = feature.find("id");
    if (found == feature.end()) return;
    const bool is_kind = found->is_string() && object_kind(found->get_ref<const std::string&>());
    if (is_kind || found->is_null() || *found == "") feature.erase(found);
}

/// Before version 0.4, QuPath wrote measurements as a list of names and values.
void set_measurements(FeatureJson& properties) {
    const auto found = properties.find("measurements");
    if (found == properties.end() || !found->is_array()) return;
    auto named = FeatureJson::object();
    for (const auto& one : *found) {
        if (!one.is_object() || !one.contains("name") || !one["name"].is_string()) return;
        named[one["name"].get<std::string>()] = one.contains("value") ? one["value"] : FeatureJson();
    }
    *found = std::move(named);
}

/// Turns a document of any form into the flat list.
class Flattener {
  public:
    Flattener(const std::string& source, std::vector<FeatureJson>& features) : source_(source), features_(features) {}

    void add(FeatureJson& json) {
        if (json.is_array()) {
            for (auto& one : json) add(one);
            return;
        }
        if (!json.is_object()) fail(source_, "is not GeoJSON: it holds something that is no feature");
        const auto type = text_of(json, "type");
        if (type == "FeatureCollection") {
            if (!json.contains("features") || !json["features"].is_array())
                fail(source_, "is not GeoJSON: a collection has no features");
            add(json["features"]);
        } else if (type == "Feature") {
            add_feature(std::move(json));
        } else if (is_geometry(type)) {
            add_feature({{"type", "Feature"}, {"geometry", std::move(json)}});
        } else {
            fail(source_, "is not GeoJSON: it holds an object of type `" + type.substr(0, 40) + "`");
        }
    }

  private:
    void add_feature(FeatureJson feature) {
        auto& geometry = feature["geometry"];
        if (geometry.is_object() && geometry.empty()) geometry = nullptr;
        if (!geometry.is_null() && !geometry.is_object()) fail(source_, "is not GeoJSON: a shape is no object");
        if (!feature.contains("properties") || !feature["properties"].is_object())
            feature["properties"] = FeatureJson::object();
        auto& properties = feature["properties"];
        set_kind(feature, properties);
        set_classification(properties);
        set_measurements(properties);
        if (text_of(properties, "isLocked") == "true") properties["isLocked"] = true;
        auto children = take_children(feature);
        drop_empty_id(feature);  // last, since that moves the members behind it
        features_.push_back(std::move(feature));
        for (auto& one : children) add(one);
    }

    static bool are_children(const FeatureJson& json) {
        return json.is_array() && std::ranges::all_of(json, [](const FeatureJson& one) { return one.is_object(); });
    }

    static std::vector<FeatureJson> take_children(FeatureJson& feature) {
        std::vector<FeatureJson> children;
        for (auto* holder : {&feature["properties"], &feature}) {
            for (const auto* key : {"childObjects", "children"}) {
                if (!holder->contains(key) || !are_children((*holder)[key])) continue;
                for (auto& child : (*holder)[key]) children.push_back(std::move(child));
                holder->erase(key);
            }
        }
        return children;
    }

    const std::string& source_;
    std::vector<FeatureJson>& features_;
};

/// What nlohmann's message says behind its own number.
std::string cause_of(const FeatureJson::exception& error) {
    const std::string text = error.what();
    const auto end = text.find("] ");
    return end == std::string::npos ? text : text.substr(end + 2);
}

FeatureJson parsed(std::string_view text, const std::string& source, const std::function<bool()>& stop_requested) {
    constexpr std::size_t kEvents = std::size_t{1} << 16;  // some milliseconds
    std::size_t events = 0;
    // The parser keeps its own stack; what must not recurse deeply is our walk through the result.
    const auto limit = [&](int depth, FeatureJson::parse_event_t, const FeatureJson&) {
        if (++events % kEvents == 0 && stop_requested && stop_requested())
            throw Error(ErrorCode::cancelled, source, "stopped on request");
        if (depth > kDeepest) fail(source, "nests deeper than 64 levels");
        return true;
    };
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) fail(source, "is not GeoJSON: it is empty");
    try {
        return FeatureJson::parse(text, limit);
    } catch (const FeatureJson::parse_error& error) {
        if (error.byte > text.size()) fail(source, "is not JSON: it ends too soon, so a part of it is missing");
        fail(source, "is not JSON: " + cause_of(error));
    } catch (const FeatureJson::exception& error) {
        fail(source, "is not JSON: " + cause_of(error));
    }
}

/// Whether it is a UUID as name_uuid() makes them (RFC 9562, version 5).
bool is_name_uuid(const std::string& id) {
    if (id.size() != 36 || id[14] != '5') return false;
    for (std::size_t i = 0; i < id.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool digit = std::string_view("0123456789abcdefABCDEF").find(id[i]) != std::string_view::npos;
        if (dash ? id[i] != '-' : !digit) return false;
    }
    return true;
}

}  // namespace

std::vector<FeatureJson> annotation_features(std::string_view text, const std::string& source,
                                             const std::function<bool()>& stop_requested) {
    auto document = parsed(text, source, stop_requested);
    std::vector<FeatureJson> features;
    Flattener(source, features).add(document);
    return features;
}

ObjectKind kind_of(const FeatureJson& feature) {
    return object_kind(text_of(feature["properties"], "objectType")).value_or(ObjectKind::annotation);
}

std::string class_of(const FeatureJson& feature) {
    const auto& properties = feature["properties"];
    const auto found = properties.find("classification");
    return found == properties.end() ? "" : text_of(*found, "name");
}

std::string name_of(const FeatureJson& feature) {
    return text_of(feature["properties"], "name");
}

bool is_locked(const FeatureJson& feature) {
    const auto& properties = feature["properties"];
    const auto found = properties.find("isLocked");
    return found != properties.end() && *found == true;
}

bool is_own(const FeatureJson& feature) {
    const auto& properties = feature["properties"];
    const auto found = properties.find("measurements");
    const auto has = [&](const char* name) { return found != properties.end() && found->contains(name); };
    const bool named = is_name_uuid(text_of(feature, "id"));
    if (kind_of(feature) == ObjectKind::tile) {
        const bool scored = found != properties.end() && found->is_object() &&
                            std::ranges::any_of(found->items(), [](const auto& item) {
                                return item.key() == "strangeness" || item.key().starts_with("prob_");
                            });
        return named && scored;
    }
    // overlay.geojson: the call counts its tiles as "scored_tiles", a region as "tiles".
    const bool measured = has("scored_tiles") || (has("tiles") && has("area_mm2"));
    return kind_of(feature) == ObjectKind::annotation && is_locked(feature) && (named || measured);
}

}  // namespace slidetype
