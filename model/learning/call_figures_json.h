#pragma once

#include <nlohmann/json.hpp>

#include "model/metrics/case_figures.h"

namespace slidetype {

/// {"slides": {"n", "auc", "auc_ci95", …}, "patients": {…}, "sites": […], "coverage": […], "conformal": {…} or null,
/// "trials": […], "trials_note": why errors were not tried, or null, "heads": […], "temperature"}. Figures have their
/// "…_ci95"; what is undefined or not estimable is null. Scripts rely on the keys; docs/formats.md has them.
nlohmann::ordered_json figures_json(const CallFigures& figures);

/// {"error", "LUAD": {"q", "n"}, "LUSC": {…}}: every digit of q, as it must be for thresholds that are kept.
nlohmann::ordered_json conformal_json(const ConformalThresholds& thresholds);

}  // namespace slidetype
