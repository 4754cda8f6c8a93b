#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slidetype::testing {

/// What is wrong with a GeoJSON document by the strictest reading of every QuPath version that we know; empty where all
/// is well. Shares no code with the writer.
std::vector<std::string> geojson_problems(std::string_view text);

}  // namespace slidetype::testing
