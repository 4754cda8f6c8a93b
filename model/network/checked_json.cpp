#include "model/network/checked_json.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/error.h"

namespace slidetype {

using nlohmann::json;

json CheckedJson::parse(std::string_view text) const {
    const auto too_deep = [](int depth, json::parse_event_t, json&) {
        if (depth > 32) throw std::length_error("nested too deeply");
        return true;
    };
    try {
        auto root = json::parse(text, too_deep);
        if (!root.is_object()) fail("is no JSON object");
        return root;
    } catch (const json::exception& error) {
        fail(std::string("is no valid JSON: ") + error.what());
    } catch (const std::length_error& error) {
        fail(error.what());
    }
}

void CheckedJson::fail(const std::string& cause) const {
    throw Error(ErrorCode::bad_model, source_, cause);
}

const json& CheckedJson::member(const json& object, const char* key) const {
    if (!object.is_object() || !object.contains(key)) fail(std::string(key) + " is missing");
    return object[key];
}

std::string CheckedJson::text(const json& object, const char* key) const {
    const auto& value = member(object, key);
    if (!value.is_string()) fail(std::string(key) + " is no text");
    return value.get<std::string>();
}

double CheckedJson::number(const json& object, const char* key) const {
    const auto& value = member(object, key);
    if (!value.is_number() || !std::isfinite(value.get<double>())) fail(std::string(key) + " is no number");
    return value.get<double>();
}

int CheckedJson::integer(const json& object, const char* key, int low, int high) const {
    const double value = number(object, key);
    if (value != std::floor(value) || value < low || value > high) fail(std::string(key) + " is out of range");
    return static_cast<int>(value);
}

std::string CheckedJson::file_name(const json& object, const char* key) const {
    auto name = text(object, key);
    if (name.empty() || name.find('/') != std::string::npos || name[0] == '.') {
        fail(std::string(key) + " must be a plain file name");
    }
    return name;
}

int CheckedJson::patch_size(const json& object) const {
    return integer(object, "patch_size_pixels", 1, kLargestPatch);
}

double CheckedJson::spacing(const json& object) const {
    const double value = number(object, "spacing_um_px");
    if (value < 0.01 || value > 100) fail("spacing_um_px is not plausible");
    return value;
}

std::vector<Transform> CheckedJson::transforms(const json& object) const {
    const auto& list = member(object, "transform");
    if (!list.is_array()) fail("transform is no list");
    std::vector<Transform> all;
    all.reserve(list.size());
    for (const auto& entry : list) all.push_back(transform(entry));
    return all;
}

Transform CheckedJson::normalize(const json& object) const {
    Transform transform;
    transform.kind = Transform::Kind::normalize;
    transform.mean = channels(object, "mean");
    transform.std = channels(object, "std");
    if (std::ranges::any_of(transform.std, [](double each) { return each <= 0; })) {
        fail("a std of Normalize is not positive");
    }
    return transform;
}

Transform CheckedJson::transform(const json& entry) const {
    const auto name = text(entry, "name");
    Transform transform;
    if (name == "ToTensor") return transform;
    const auto& arguments = member(entry, "arguments");
    if (name == "Resize") {
        transform.kind = Transform::Kind::resize;
        transform.size = integer(arguments, "size", 1, kLargestPatch);
        return transform;
    }
    if (name != "Normalize") fail("transform " + name + " is not known; Resize, ToTensor and Normalize are");
    return normalize(arguments);
}

std::vector<double> CheckedJson::channels(const json& object, const char* key) const {
    const auto& list = member(object, key);
    if (!list.is_array() || list.size() != 3) fail(std::string(key) + " of Normalize needs three numbers");
    std::vector<double> values;
    for (const auto& each : list) {
        if (!each.is_number()) fail(std::string(key) + " of Normalize needs three numbers");
        values.push_back(each.get<double>());
    }
    return values;
}

}  // namespace slidetype
