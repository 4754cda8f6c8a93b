#pragma once

#include <nlohmann/json.hpp>

#include "model/metrics/metrics.h"

namespace slidetype {

/// The figures as an object, each with its "…_ci95"; undefined ones are null. Scripts rely on the keys.
nlohmann::ordered_json to_json(const Metrics& metrics);
nlohmann::ordered_json to_json(const GateMetrics& gate);

}  // namespace slidetype
