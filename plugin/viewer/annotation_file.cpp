#include "plugin/viewer/annotation_file.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "plugin/analysis/slide_result.h"
#include "plugin/results/uuid.h"
#include "tiler/annotations/annotation_features.h"
#include "tiler/annotations/annotations.h"
#include "tiler/annotations/geojson_text.h"

namespace slidetype::viewer {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 8;  ///< a MultiPolygon nests four arrays

[[noreturn]] void refuse_data(const std::string& cause) {
    throw Error(ErrorCode::bad_data, "annotations", cause, "Reload the page and draw again.");
}

/// Adds (dx, dy) to every point below. Anything but finite numbers in arrays is refused.
void shift(Json& coordinates, double dx, double dy, int depth = 0) {
    if (!coordinates.is_array() || depth > kDeepest) refuse_data("has coordinates that are none");
    if (!coordinates.empty() && coordinates.front().is_number()) {
        if (coordinates.size() < 2 || !coordinates[1].is_number()) refuse_data("has a point without x and y");
        const double x = coordinates[0].get<double>() + dx, y = coordinates[1].get<double>() + dy;
        if (!std::isfinite(x) || !std::isfinite(y)) refuse_data("has a coordinate that is no finite number");
        // Two decimals, as everything that slidetype writes. A third number would be a plane, and stays.
        coordinates[0] = std::round(x * 100) / 100;
        coordinates[1] = std::round(y * 100) / 100;
        return;
    }
    for (auto& inner : coordinates) shift(inner, dx, dy, depth + 1);
}

void shift_geometry(Json& geometry, double dx, double dy, int depth = 0) {
    if (!geometry.is_object() || depth > kDeepest) refuse_data("has a feature without a shape");
    if (geometry.empty()) return;
    if (geometry.contains("geometries")) {
        for (auto& part : geometry["geometries"]) shift_geometry(part, dx, dy, depth + 1);
    } else if (geometry.contains("coordinates")) {
        shift(geometry["coordinates"], dx, dy);
    } else {
        refuse_data("has a shape without coordinates");
    }
}

void shift_all(std::vector<FeatureJson>& features, double dx, double dy) {
    for (auto& feature : features) {
        auto& geometry = feature["geometry"];
        if (!geometry.is_null()) shift_geometry(geometry, dx, dy);
    }
}

void refuse_too_large(const std::string& text, const std::string& source) {
    if (text.size() <= kMostAnnotationBytes) return;
    throw Error(ErrorCode::corrupt, source,
                "holds more than the " + std::to_string(kMostAnnotationBytes >> 20) + " MB that can be shown and saved",
                "Export the annotations alone, without cells and tiles.");
}

/// All but QuPath's object for the image itself, which holds nothing.
std::vector<FeatureJson> features_in(std::string bytes, const std::string& source) {
    const auto text = geojson_text(std::move(bytes), source);
    refuse_too_large(text, source);  // before it is parsed, which takes many times as much memory
    auto features = annotation_features(text, source);
    std::erase_if(features, [](const FeatureJson& feature) { return kind_of(feature) == ObjectKind::root; });
    return features;
}

std::string collection_of(std::vector<FeatureJson>&& features) {
    Json all = Json::array();
    for (auto& feature : features) all.push_back(std::move(feature));
    const Json collection = {{"type", "FeatureCollection"}, {"features", std::move(all)}};
    return collection.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_uuid(const Json& id) {
    if (!id.is_string() || id.get_ref<const std::string&>().size() != 36) return false;
    const auto& text = id.get_ref<const std::string&>();
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : std::string_view("0123456789abcdefABCDEF").find(text[i]) == std::string_view::npos)
            return false;
    }
    return true;
}

/// A UUID of what `name` says, that nothing takes for one of slidetype's own objects: those are of version 5, this is
/// of version 8 (RFC 9562: made as its maker likes).
std::string id_of(const std::string& name) {
    auto id = name_uuid(name);
    id[14] = '8';
    return id;
}

/// QuPath needs a colour with a class, and rejects the whole file where there is none.
void tidy_class(FeatureJson& properties) {
    const auto found = properties.find("classification");
    if (found == properties.end() || !found->is_object() || !found->contains("name")) return;
    auto& color = (*found)["color"];
    const auto is_byte = [](const Json& v) { return v.is_number_integer() && v >= 0 && v <= 255; };
    if (!color.is_array() || color.size() != 3 || !std::ranges::all_of(color, is_byte)) {
        color = class_color((*found)["name"].get<std::string>(), 0);
    }
}

/// One feature as QuPath takes it. Nothing that says something is taken away, whether it is understood or not.
void tidy(FeatureJson& feature, std::size_t index) {
    auto& geometry = feature["geometry"];
    if (!feature.contains("id") || !is_uuid(feature["id"])) {
        feature["id"] = id_of("annotation " + std::to_string(index) + geometry.dump());
    }
    auto& properties = feature["properties"];
    for (const auto* member : {"name", "color", "isLocked", "measurements", "metadata"}) {
        if (properties.contains(member) && properties[member].is_null()) properties.erase(member);
    }
    tidy_class(properties);
    // QuPath itself writes an empty object for what has no shape, and stumbles over a null.
    if (geometry.is_null()) geometry = Json::object();
}

}  // namespace

AnnotationFile::AnnotationFile(fs::path folder, fs::path beside, Rect offset)
    : folder_(std::move(folder)), beside_(std::move(beside)), offset_(offset) {}

fs::path AnnotationFile::place() const {
    if (!folder_.empty() && fs::exists(file())) return file();
    return !beside_.empty() && fs::exists(beside_) ? beside_ : fs::path();
}

/// The bytes of the file, as they are; empty where there is none.
std::string AnnotationFile::stored() const {
    const auto from = place();
    return from.empty() ? std::string() : read_file(from, kMostAnnotationBytes);
}

std::string AnnotationFile::read() const {
    const auto from = place();
    if (from.empty()) return collection_of({});
    auto features = features_in(stored(), from.string());
    try {
        shift_all(features, static_cast<double>(offset_.x), static_cast<double>(offset_.y));
    } catch (const Error& error) {
        throw Error(ErrorCode::corrupt, from.string(), error.cause(),
                    "Export it again from the program that it came from, or remove it.");
    }
    auto text = collection_of(std::move(features));
    refuse_too_large(text, from.string());
    return text;
}

std::string AnnotationFile::etag() const {
    return '"' + sha256_hex(stored()).substr(0, 32) + '"';
}

std::optional<std::string> AnnotationFile::unreadable() const {
    try {
        (void)read();
        return std::nullopt;
    } catch (const Error& error) {
        return error.what();
    }
}

std::optional<std::size_t> AnnotationFile::count() const {
    try {
        const auto from = place();
        if (from.empty()) return 0;
        const auto features = features_in(stored(), from.string());
        const auto is_drawn = [](const FeatureJson& feature) {
            return kind_of(feature) == ObjectKind::annotation && !is_own(feature);
        };
        return static_cast<std::size_t>(std::ranges::count_if(features, is_drawn));
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

std::size_t AnnotationFile::write(std::string_view geojson) const {
    // A list is no document of the page's; an empty one must not take away all that is stored.
    if (!geojson.starts_with('{')) refuse_data("are no GeoJSON FeatureCollection");
    std::string text;
    std::size_t count = 0;
    try {
        auto features = annotation_features(geojson, "annotations");
        count = features.size();
        for (std::size_t i = 0; i < count; ++i) tidy(features[i], i);
        shift_all(features, -static_cast<double>(offset_.x), -static_cast<double>(offset_.y));
        text = collection_of(std::move(features)) + "\n";
        // What training could not read must not be stored as if it were good.
        (void)parse_annotations(text, "annotations");
    } catch (const Error& error) {
        refuse_data(error.cause());
    }
    create_folders(folder_);
    write_file(file(), text);
    return count;
}

}  // namespace slidetype::viewer
