#pragma once

#include <string>
#include <vector>

#include "cli/table.h"
#include "model/metrics.h"

namespace slidetype {

/// "0.9512 (0.93-0.97)": a figure with its 95 % interval.
std::string estimate_text(const Estimate& estimate);

/// Columns for a row of figures: accuracy, AUC, ECE, Brier.
Table metrics_table(const std::string& first_column);
void add_metrics(Table& table, const std::string& name, const Metrics& metrics);

/// The confusion matrix with truth in rows.
std::string confusion_text(const Metrics& metrics);

/// Prints what was left out and why, ten at the most.
void print_skipped(const std::vector<std::string>& skipped);

}  // namespace slidetype
