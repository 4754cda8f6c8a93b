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
#include "tiler/annotations.h"

namespace slidetype::viewer {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostFeatures = 100'000;
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
        // Two decimals, as everything that slidetype writes; a third number (QuPath writes none) would be a plane.
        coordinates = Json::array({std::round(x * 100) / 100, std::round(y * 100) / 100});
        return;
    }
    for (auto& inner : coordinates) shift(inner, dx, dy, depth + 1);
}

void shift_geometry(Json& geometry, double dx, double dy, int depth = 0) {
    if (!geometry.is_object() || depth > kDeepest) refuse_data("has a feature without a shape");
    if (geometry.contains("geometries")) {
        for (auto& part : geometry["geometries"]) shift_geometry(part, dx, dy, depth + 1);
    } else if (geometry.contains("coordinates")) {
        shift(geometry["coordinates"], dx, dy);
    } else {
        refuse_data("has a shape without coordinates");
    }
}

void shift_all(Json& collection, double dx, double dy) {
    for (auto& feature : collection.at("features")) {
        if (feature.is_object() && feature.contains("geometry") && !feature["geometry"].is_null()) {
            shift_geometry(feature["geometry"], dx, dy);
        }
    }
}

/// Any of the forms that read_annotations() takes, as a FeatureCollection.
Json as_collection(Json json) {
    if (json.is_object() && json.value("type", "") == "FeatureCollection" && json.contains("features")) return json;
    Json features = Json::array();
    if (json.is_array()) {
        features = std::move(json);
    } else if (json.is_object() && json.value("type", "") == "Feature") {
        features.push_back(std::move(json));
    } else if (json.is_object()) {
        features.push_back({{"type", "Feature"}, {"geometry", std::move(json)}});
    }
    return {{"type", "FeatureCollection"}, {"features", std::move(features)}};
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

/// QuPath needs a colour with a class and rejects the whole file for a null.
void tidy_class(Json& properties) {
    const auto found = properties.find("classification");
    if (found == properties.end()) return;
    if (!found->is_object() || !found->contains("name") || !(*found)["name"].is_string()) {
        if (!found->is_object() || !found->contains("names")) properties.erase(found);
        return;
    }
    auto& color = (*found)["color"];
    const auto is_byte = [](const Json& v) { return v.is_number_integer() && v >= 0 && v <= 255; };
    if (!color.is_array() || color.size() != 3 || !std::ranges::all_of(color, is_byte)) {
        color = class_color((*found)["name"].get<std::string>(), 0);
    }
}

/// One feature as QuPath takes it.
void tidy(Json& feature, std::size_t index) {
    if (!feature.is_object() || feature.value("type", "") != "Feature" || !feature.contains("geometry")) {
        refuse_data("holds something that is no feature");
    }
    shift_geometry(feature["geometry"], 0, 0);
    if (!feature.contains("id") || !is_uuid(feature["id"])) {
        feature["id"] = name_uuid("annotation " + std::to_string(index) + feature["geometry"].dump());
    }
    auto& properties = feature["properties"];
    if (!properties.is_object()) properties = Json::object();
    for (auto member = properties.begin(); member != properties.end();) {
        member = member->is_null() ? properties.erase(member) : std::next(member);
    }
    if (!properties.contains("objectType")) properties["objectType"] = "annotation";
    tidy_class(properties);
}

}  // namespace

AnnotationFile::AnnotationFile(fs::path folder, fs::path beside, Rect offset)
    : folder_(std::move(folder)), beside_(std::move(beside)), offset_(offset) {}

/// The file's text, as it is; empty where there is none.
std::string AnnotationFile::stored() const {
    if (!folder_.empty() && fs::exists(file())) return read_file(file(), kMostAnnotationBytes);
    if (!beside_.empty() && fs::exists(beside_)) return read_file(beside_, kMostAnnotationBytes);
    return {};
}

std::string AnnotationFile::read() const {
    const auto text = stored();
    if (text.empty()) return R"({"type":"FeatureCollection","features":[]})";
    const auto name = fs::exists(file()) ? file() : beside_;
    try {
        auto collection = as_collection(Json::parse(text));
        shift_all(collection, static_cast<double>(offset_.x), static_cast<double>(offset_.y));
        return collection.dump(-1, ' ', false, Json::error_handler_t::replace);
    } catch (const std::exception& error) {
        throw Error(ErrorCode::corrupt, name.string(), std::string("is no GeoJSON that can be shown: ") + error.what(),
                    "Export it again from the program that it came from, or remove it.");
    }
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
        const auto text = stored();
        return text.empty() ? 0 : as_collection(Json::parse(text)).at("features").size();
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

std::size_t AnnotationFile::write(std::string_view geojson) const {
    Json collection = Json::parse(geojson, nullptr, false);
    if (!collection.is_object() || collection.value("type", Json()) != "FeatureCollection" ||
        !collection.contains("features") || !collection["features"].is_array()) {
        refuse_data("are no GeoJSON FeatureCollection");
    }
    auto& features = collection["features"];
    if (features.size() > kMostFeatures) refuse_data("are more than " + std::to_string(kMostFeatures));
    for (std::size_t i = 0; i < features.size(); ++i) tidy(features[i], i);
    shift_all(collection, -static_cast<double>(offset_.x), -static_cast<double>(offset_.y));
    const Json whole = {{"type", "FeatureCollection"}, {"features", std::move(features)}};
    const auto text = whole.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    try {
        // What training could not read must not be stored as if it were good.
        (void)parse_annotations(text, "annotations");
    } catch (const Error& error) {
        refuse_data(error.cause());
    }
    create_folders(folder_);
    write_file(file(), text);
    return whole["features"].size();
}

}  // namespace slidetype::viewer
