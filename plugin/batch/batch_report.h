#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "plugin/batch/patient_line.h"
#include "plugin/batch/result_list.h"

namespace slidetype {

/// Writes `report.html` into `folder`: all slides of a run on one page that needs no other file: how many were called
/// what, how that agrees with the labels of a manifest (where there are any), and a line for every slide with its
/// picture, call, interval and reason, the failed ones with why; before them the patients, if there are any. A slide's
/// line leads to its own NAME.report.html where
/// that lies in its folder below `folder`. Throws Error(io).
void write_batch_report(std::span<const ListedResult> slides, const std::filesystem::path& folder,
                        std::span<const PatientLine> patients = {});

/// From 0 (LUAD) to 1 (LUSC), as HTML: the interval as a bar, the mean as a mark, and both in figures.
std::string probability_interval(double prob_lusc, const std::optional<std::array<double, 2>>& ci95);

}  // namespace slidetype
