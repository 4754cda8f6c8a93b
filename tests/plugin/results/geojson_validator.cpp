#include "geojson_validator.h"

#include <boost/geometry.hpp>
#include <boost/geometry/geometries/multi_polygon.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace slidetype::testing {
namespace {

namespace bg = boost::geometry;
using Json = nlohmann::ordered_json;
using BoostPolygon = bg::model::polygon<bg::model::d2::point_xy<double>>;
using BoostMultiPolygon = bg::model::multi_polygon<BoostPolygon>;

/// xxxxxxxx-xxxx-5xxx-[89ab]xxx-xxxxxxxxxxxx
bool is_version_5(const std::string& id) {
    constexpr std::string_view kHex = "0123456789abcdef", kForm = "........-....-5...-v...-............";
    for (std::size_t k = 0; k < kForm.size() && id.size() == kForm.size(); ++k) {
        const std::string_view allowed = kForm[k] == '.'   ? kHex
                                         : kForm[k] == 'v' ? kHex.substr(8, 4)
                                                           : kForm.substr(k, 1);
        if (allowed.find(id[k]) == std::string_view::npos) return false;
    }
    return id.size() == kForm.size();
}

class Checker {
  public:
    std::vector<std::string> problems;

    void document(const Json& json) {
        if (!members(json, "the collection", {"type", "features"}, {})) return;
        expect(json["type"] == "FeatureCollection", "the collection's type is not FeatureCollection");
        if (!json["features"].is_array()) return fail("features is no array");
        std::size_t index = 0;
        for (const Json& item : json["features"]) {
            where_ = "feature " + std::to_string(index++) + ": ";
            feature(item);
        }
    }

    void fail(const std::string& what) { problems.push_back(where_ + what); }

  private:
    void expect(bool good, const std::string& what) {
        if (!good) fail(what);
    }

    /// An object with all of `needed` and nothing but `needed` and `allowed`.
    bool members(const Json& json, const std::string& name, const std::set<std::string>& needed,
                 const std::set<std::string>& allowed) {
        if (!json.is_object()) {
            fail(name + " is no object");
            return false;
        }
        bool complete = true;
        for (const std::string& key : needed) {
            if (json.contains(key)) continue;
            fail(name + " lacks " + key);
            complete = false;
        }
        for (const auto& [key, value] : json.items()) {
            expect(needed.contains(key) || allowed.contains(key), name + " has a member that is lost: " + key);
        }
        return complete;
    }

    void feature(const Json& json) {
        if (!members(json, "the feature", {"type", "id", "geometry", "properties"}, {})) return;
        expect(json["type"] == "Feature", "its type is not Feature");
        id(json["id"]);
        geometry(json["geometry"]);
        properties(json["properties"]);
    }

    void id(const Json& json) {
        if (!json.is_string() || !is_version_5(json.get<std::string>())) return fail("id is no version-5 UUID");
        expect(ids_.insert(json.get<std::string>()).second, "id is used twice");
    }

    void properties(const Json& json) {
        if (!members(json, "properties", {"objectType"},
                     {"name", "color", "classification", "isLocked", "measurements", "metadata"})) {
            return;
        }
        const bool annotation = json["objectType"] == "annotation";
        expect(annotation || json["objectType"] == "tile", "objectType is neither tile nor annotation");
        if (json.contains("name")) {
            expect(json["name"].is_string() && !json["name"].get<std::string>().empty(), "name is no text");
        }
        if (json.contains("color")) color(json["color"]);
        if (json.contains("isLocked")) expect(json["isLocked"].is_boolean(), "isLocked is no boolean");
        if (json.contains("classification")) classification(json["classification"]);
        if (json.contains("measurements")) measurements(json["measurements"]);
        if (json.contains("metadata")) {
            expect(annotation, "metadata on a tile, which QuPath 0.5 loses");
            metadata(json["metadata"]);
        }
    }

    void classification(const Json& json) {
        if (!members(json, "classification", {"name", "color"}, {})) return;
        color(json["color"]);
        if (!json["name"].is_string()) return fail("the class name is no text");
        const auto name = json["name"].get<std::string>();
        expect(name.find_first_not_of(' ') != std::string::npos, "the class name is blank");
        expect(name.empty() || (name.front() != ' ' && name.back() != ' '), "the class name has blanks around it");
        expect(name.find_first_of(":\n\r\t") == std::string::npos, "the class name has a colon or line break");
    }

    void color(const Json& json) {
        if (!json.is_array() || json.size() != 3) return fail("a colour is not [r, g, b]");
        for (const Json& channel : json) {
            expect(channel.is_number_integer() && channel.get<long>() >= 0 && channel.get<long>() <= 255,
                   "a colour is not three whole numbers of 0 to 255");
        }
    }

    void measurements(const Json& json) {
        if (!json.is_object() || json.empty()) return fail("measurements is no filled map");
        for (const auto& [name, value] : json.items()) {
            const bool good = value.is_number() &&
                              std::fabs(value.get<double>()) <= static_cast<double>(std::numeric_limits<float>::max());
            expect(good && !name.empty(), "a measurement is no finite number of 32 bits: " + name);
        }
    }

    void metadata(const Json& json) {
        if (!json.is_object()) return fail("metadata is no map");
        for (const auto& [name, value] : json.items()) expect(value.is_string(), "metadata is no text: " + name);
    }

    void geometry(const Json& json) {
        if (!members(json, "geometry", {"type", "coordinates"}, {})) return;
        const Json& coordinates = json["coordinates"];
        if (!coordinates.is_array()) return fail("coordinates is no array");
        BoostMultiPolygon shape;
        if (json["type"] == "Polygon") {
            polygon(coordinates, shape);
        } else if (json["type"] == "MultiPolygon") {
            expect(coordinates.size() >= 2, "a MultiPolygon of fewer than two parts");
            for (const Json& part : coordinates) polygon(part, shape);
        } else {
            return fail("the geometry is neither Polygon nor MultiPolygon");
        }
        // Rings may turn either way, all else is as OGC has it: parts that share an edge are not valid.
        bg::correct(shape);
        std::string reason;
        expect(bg::is_valid(shape, reason), "the shape is not valid: " + reason);
    }

    void polygon(const Json& json, BoostMultiPolygon& shape) {
        if (!json.is_array() || json.empty()) return fail("a polygon without rings");
        BoostPolygon polygon;
        polygon.inners().resize(json.size() - 1);
        for (std::size_t k = 0; k < json.size(); ++k) {
            ring(json[k], k == 0 ? polygon.outer() : polygon.inners()[k - 1]);
        }
        shape.push_back(std::move(polygon));
    }

    void ring(const Json& json, BoostPolygon::ring_type& ring) {
        if (!json.is_array() || json.size() < 4) return fail("a ring of fewer than four points");
        expect(json.front() == json.back(), "a ring that is not closed");
        for (const Json& point : json) {
            if (!point.is_array() || point.size() != 2 || !point[0].is_number() || !point[1].is_number()) {
                return fail("a point that is not [x, y]");
            }
            for (const Json& value : point) {
                const double hundredths = value.get<double>() * 100;
                expect(std::fabs(hundredths - std::round(hundredths)) < 1e-4, "a coordinate with over two decimals");
            }
            ring.emplace_back(point[0].get<double>(), point[1].get<double>());
        }
    }

    std::string where_;
    std::set<std::string> ids_;
};

}  // namespace

std::vector<std::string> geojson_problems(std::string_view text) {
    Checker checker;
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) {
            checker.fail("a repeated member: " + parsed.get<std::string>());
        }
        return true;
    };
    try {
        checker.document(Json::parse(text, watch));
    } catch (const Json::exception& error) {
        checker.fail(std::string("no JSON: ") + error.what());
    }
    return checker.problems;
}

}  // namespace slidetype::testing
