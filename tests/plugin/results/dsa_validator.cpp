#include "dsa_validator.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

namespace slidetype::testing {
namespace {

using Json = nlohmann::json;
using Names = std::set<std::string>;

const Names kAll = {"type", "id", "label", "group", "user"};
const Names kShape = {"lineColor", "lineWidth", "fillColor"};

/// What an element of a type must and may have beside kAll (and kShape where it is a shape).
struct ElementRule {
    Names needed, allowed;
    bool shape = true;
};

/// The types that the page draws. It takes "arrow" and "rectanglegrid" too, and draws nothing.
const std::map<std::string, ElementRule>& rules() {
    static const std::map<std::string, ElementRule> table = {
        {"point", {{"center"}, {}}},
        {"circle", {{"center", "radius"}, {}}},
        {"ellipse", {{"center", "width", "height"}, {"rotation", "normal"}}},
        {"rectangle", {{"center", "width", "height"}, {"rotation", "normal"}}},
        {"polyline", {{"points"}, {"closed", "holes"}}},
        {"heatmap", {{"points"}, {"radius", "colorRange", "rangeValues", "normalizeRange", "scaleWithZoom"}, false}},
        {"griddata",
         {{"values", "gridWidth"},
          {"origin", "dx", "dy", "interpretation", "radius", "colorRange", "rangeValues", "normalizeRange", "stepped",
           "minColor", "maxColor"},
          false}}};
    return table;
}

bool is_color(const Json& json) {
    static const std::regex form(
        R"(#[0-9a-fA-F]{3,6}|rgb\(\d+,\s*\d+,\s*\d+\)|rgba\(\d+,\s*\d+,\s*\d+,\s*(\d?\.|)\d+\))");
    return json.is_string() && std::regex_match(json.get<std::string>(), form);
}

bool are_numbers(const Json& json, std::size_t count) {
    return json.is_array() && json.size() == count &&
           std::all_of(json.begin(), json.end(), [](const Json& value) { return value.is_number(); });
}

bool are_points(const Json& json, std::size_t at_least, std::size_t numbers = 3) {
    return json.is_array() && json.size() >= at_least &&
           std::all_of(json.begin(), json.end(), [&](const Json& point) { return are_numbers(point, numbers); });
}

class Checker {
  public:
    std::vector<std::string> problems;

    void document(const Json& json) {
        const Json list = json.is_array() ? json : Json::array({json});
        for (std::size_t k = 0; k < list.size(); ++k) {
            where_ = "annotation " + std::to_string(k) + ": ";
            annotation(list[k]);
        }
    }

  private:
    std::string where_;

    void expect(bool good, const std::string& what) {
        if (!good) problems.push_back(where_ + what);
    }

    void annotation(const Json& json) {
        expect(json.is_object(), "no object");
        if (!json.is_object()) return;
        for (const auto& [key, value] : json.items()) {
            expect(Names{"name", "description", "attributes", "elements"}.contains(key), "has a member " + key);
        }
        expect(json.contains("name") && json["name"].is_string() && json["name"] != "", "has no name");
        expect(!json.contains("description") || json["description"].is_string(), "its description is no text");
        expect(!json.contains("attributes") || json["attributes"].is_object(), "its attributes are no object");
        std::size_t shapes = 0, others = 0;
        for (const auto& item : json.value("elements", Json::array())) {
            const auto rule = rules().find(item.value("type", ""));
            if (rule == rules().end()) {
                expect(false, "the page draws no " + item.value("type", "element without a type"));
                continue;
            }
            (rule->second.shape ? shapes : others)++;
            element(item, rule->second);
        }
        expect(shapes == 0 || others == 0, "beside shapes the page draws no heatmap");
    }

    void element(const Json& json, const ElementRule& rule) {
        for (const auto& name : rule.needed) expect(json.contains(name), "an element has no " + name);
        for (const auto& [key, value] : json.items()) {
            const bool known = kAll.contains(key) || rule.needed.contains(key) || rule.allowed.contains(key) ||
                               (rule.shape && kShape.contains(key));
            expect(known, "an element has a member " + key);
            member(key, value, json["type"]);
        }
        expect(!json.contains("lineWidth") || json["lineWidth"] != 0, "the page takes a lineWidth of 0 for none");
        if (json["type"] == "griddata") grid(json);
        expect(json.value("colorRange", Json::array()).size() == json.value("rangeValues", Json::array()).size(),
               "colorRange and rangeValues differ in length");
    }

    void grid(const Json& json) {
        const auto drawn = json.value("interpretation", "");
        expect(drawn == "heatmap" || drawn == "contour", "the page draws no griddata as " + drawn);
        expect(json.value("gridWidth", 0) > 0 && json["values"].size() % json.value("gridWidth", 1U) == 0,
               "the values are no multiple of gridWidth");
    }

    void member(const std::string& key, const Json& value, const std::string& type) {
        if (key.ends_with("Color")) expect(is_color(value), key + " is no colour");
        if (key == "center" || key == "normal" || key == "origin") expect(are_numbers(value, 3), key + " is no point");
        if (Names{"width", "height", "lineWidth", "radius"}.contains(key)) {
            expect(value.is_number() && value >= 0, key + " is no length");
        }
        if (key == "rotation") expect(value.is_number(), key + " is no angle");
        if (key == "closed") expect(value.is_boolean(), key + " is neither true nor false");
        if (key == "group") expect(value.is_string(), key + " is no text");
        if (key == "user") expect(value.is_object(), key + " is no object");
        if (key == "label") {
            expect(value.is_object() && value.contains("value") && value["value"].is_string(), "a label has no value");
        }
        if (key == "points") expect(are_points(value, 2, type == "heatmap" ? 4 : 3), "points are no points");
        if (key == "holes") {
            for (const auto& hole : value) expect(are_points(hole, 3), "a hole has fewer than three points");
        }
    }
};

}  // namespace

std::vector<std::string> dsa_problems(std::string_view text) {
    Checker checker;
    const auto json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return {"no JSON"};
    checker.document(json);
    return checker.problems;
}

}  // namespace slidetype::testing
