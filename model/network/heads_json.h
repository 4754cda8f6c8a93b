#pragma once

#include <nlohmann/json.hpp>

#include "model/network/checked_json.h"
#include "model/network/heads_config.h"

namespace slidetype {

/// HeadsConfig from and to config.json. Reading throws Error(bad_model) naming the reader's source.
HeadsConfig read_heads(const CheckedJson& reader, const nlohmann::json& object);
nlohmann::ordered_json to_json(const HeadsConfig& heads);

}  // namespace slidetype
