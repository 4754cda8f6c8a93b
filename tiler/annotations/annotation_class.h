#pragma once

#include <nlohmann/json.hpp>

namespace slidetype {

/// Brings `classification` of a feature's properties into the one form that annotation_features() gives: an object with
/// `name` and, where it has a colour, `color` ([r, g, b]); absent where there is no class. Other members of it stay,
/// and so does the whole where it is not understood.
void set_classification(nlohmann::ordered_json& properties);

}  // namespace slidetype
