#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/raster.h"

namespace slidetype::testing {

inline std::string ring(const Rect& r) {
    const auto point = [](std::int64_t x, std::int64_t y) {
        return std::string("[") + std::to_string(x) + "," + std::to_string(y) + "]";
    };
    return std::string("[") + point(r.x, r.y) + "," + point(r.right(), r.y) + "," + point(r.right(), r.bottom()) + "," +
           point(r.x, r.bottom()) + "," + point(r.x, r.y) + "]";
}

/// A rectangle, with a hole if that is not empty.
inline std::string area(const std::string& properties, const Rect& outer, const Rect& hole = {}) {
    return std::string(R"({"type":"Feature","geometry":{"type":"Polygon","coordinates":[)") + ring(outer) +
           (hole.empty() ? std::string() : std::string(",") + ring(hole)) + R"(]},"properties":)" + properties + "}";
}

inline std::string of_class(const std::string& name) {
    return std::string(R"({"objectType":"annotation","classification":{"name":")") + name + R"(","color":[1,2,3]}})";
}

inline std::string collection(const std::vector<std::string>& features) {
    std::string text = R"({"type":"FeatureCollection","features":[)";
    for (std::size_t i = 0; i < features.size(); ++i) text += (i > 0 ? std::string(",") : std::string()) + features[i];
    return text + "]}";
}

}  // namespace slidetype::testing
