#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "model/metrics/metrics.h"

namespace slidetype {

/// The figures as an object, each with its "…_ci95"; undefined ones are null. Scripts rely on the keys.
nlohmann::ordered_json to_json(const Metrics& metrics);
nlohmann::ordered_json to_json(const GateMetrics& gate);

/// Six digits after the point; null for what is no number.
nlohmann::ordered_json json_number(double value);
/// `name` and `name`_ci95.
void add_estimate(nlohmann::ordered_json& out, const std::string& name, double value,
                  const std::array<double, 2>& ci95);
void add_estimate(nlohmann::ordered_json& out, const std::string& name, const Estimate& estimate);

}  // namespace slidetype
