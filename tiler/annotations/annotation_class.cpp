// The ways in which a class is written:
//
//   "Tumor"                                     by hand, and by programs that make tables of features
//   {"name":"Tumor","color":[200, 0, 0]}        QuPath since 0.4; with an alpha as fourth number
//   {"names":["Tumor","Positive"],"color":…}    a class derived from another; its name is "Tumor: Positive"
//   {"name":"Tumor","colorRGB":-3670016}        QuPath before: one number, alpha in its highest byte
//   "{\"name\": \"Tumor\", …}"                  geopandas and GDAL, which write objects as text
//   "{'name': 'Tumor', …}"                      Python's str() of one
//   null, "", {}                                no class
#include "tiler/annotations/annotation_class.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/words.h"

namespace slidetype {
namespace {

using Json = nlohmann::ordered_json;

/// QuPath's name of a derived class; empty where a member is no text.
std::string joined(const Json& names) {
    std::string name;
    for (const auto& one : names) {
        if (!one.is_string()) return "";
        const std::string part(trimmed(one.get_ref<const std::string&>()));
        if (!part.empty()) name += (name.empty() ? "" : ": ") + part;
    }
    return name;
}

/// A Python dictionary as JSON, as far as class names need it: the quotes, and the words for what is true or absent.
std::string python_as_json(std::string text) {
    const auto replace = [&](std::string_view from, std::string_view to) {
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    };
    if (text.find('"') == std::string::npos) replace("'", "\"");
    replace(": None", ": null"), replace(": True", ": true"), replace(": False", ": false");
    // A tuple, as of a colour.
    for (auto at = text.find(": ("); at != std::string::npos; at = text.find(": (", at + 1)) {
        text[at + 2] = '[';
        if (const auto end = text.find(')', at); end != std::string::npos) text[end] = ']';
    }
    return text;
}

/// An object, a list or a quoted text in a text; discarded where it is none of them.
Json within(const std::string& text) {
    if (text.empty() || (text[0] != '{' && text[0] != '[' && text[0] != '"')) return Json(Json::value_t::discarded);
    // A class has three levels at most, so what nests deeply is a name of brackets.
    if (std::ranges::count_if(text, [](char c) { return c == '{' || c == '['; }) > 8)
        return Json(Json::value_t::discarded);
    auto json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json::parse(python_as_json(text), nullptr, false) : json;
}

Json of_packed(std::int64_t rgb) {
    return Json::array({(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255});
}

bool are_numbers(const Json& json) {
    return std::ranges::all_of(json, [](const Json& one) { return one.is_number(); });
}

/// "#c80000"
bool is_hex(const Json& json) {
    if (!json.is_string()) return false;
    const auto& text = json.get_ref<const std::string&>();
    return text.size() == 7 && text[0] == '#' && text.find_first_not_of("0123456789abcdefABCDEF", 1) == text.npos;
}

void set_color(Json& classification) {
    if (const auto packed = classification.find("colorRGB");
        packed != classification.end() && packed->is_number_integer()) {
        const auto color = of_packed(packed->get<std::int64_t>());
        classification.erase(packed);
        if (!classification.contains("color")) classification["color"] = color;
    }
    const auto found = classification.find("color");
    if (found == classification.end()) return;
    auto& color = *found;
    if (color.is_number_integer()) {
        color = of_packed(color.get<std::int64_t>());
    } else if (is_hex(color)) {
        color = of_packed(std::stol(color.get<std::string>().substr(1), nullptr, 16));
    } else if (color.is_array() && color.size() == 4 && are_numbers(color)) {
        color.erase(3);
    } else if (color.is_null() || (color.is_array() && color.empty())) {
        classification.erase(found);
    }
}

/// The classification as an object with a name; null where there is none, unchanged where it is not understood.
Json understood(Json given) {
    if (given.is_string()) {
        const std::string text(trimmed(given.get_ref<const std::string&>()));
        auto inner = within(text);
        if (inner.is_discarded()) return text.empty() ? Json() : Json({{"name", text}});
        auto classification = understood(std::move(inner));
        const bool named = classification.is_null() || (classification.is_object() && classification.contains("name"));
        return named ? classification : Json({{"name", text}});
    }
    if (given.is_array()) {
        const auto name = joined(given);
        return name.empty() && !given.empty() ? given : name.empty() ? Json() : Json({{"name", name}});
    }
    if (!given.is_object()) return given;
    std::string name;
    if (given.contains("name") && given["name"].is_string())
        name = trimmed(given["name"].get_ref<const std::string&>());
    if (given.contains("names") && given["names"].is_array()) {
        const auto names = joined(given["names"]);
        if (!names.empty()) name = names, given.erase("names");
    }
    if (!name.empty()) {
        given["name"] = name;
        set_color(given);
        return given;
    }
    const bool blank =
        given.empty() || (given.contains("name") && given["name"].is_string() && !given.contains("names"));
    return blank || (given.contains("name") && given["name"].is_null()) ? Json() : given;
}

}  // namespace

void set_classification(Json& properties) {
    const auto found = properties.find("classification");
    if (found == properties.end()) return;
    *found = understood(std::move(*found));
    if (found->is_null()) properties.erase(found);
}

}  // namespace slidetype
