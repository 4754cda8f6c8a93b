#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/table.h"
#include "model/learning/evaluation.h"
#include "model/metrics/metrics.h"

namespace slidetype {

/// "0.951 (0.930-0.970)": a figure with its 95 % interval; "-" where it is undefined.
std::string estimate_text(const Estimate& estimate);

/// "0.951 (0.930 to 0.970)", without an interval where it has none, "–" where the figure is undefined.
std::string figure_text(const Estimate& estimate);

/// Columns for a row of figures: accuracy, AUC, ECE, Brier.
Table metrics_table(const std::string& first_column);
void add_metrics(Table& table, const std::string& name, const Metrics& metrics);

/// What metrics_table() leaves out: balanced accuracy, sensitivity and specificity per class, log loss.
std::string class_figures_text(const Metrics& metrics);

/// The confusion matrix with truth in rows.
std::string confusion_text(const Metrics& metrics);

/// How the tumour gate does, in a few lines.
std::string gate_text(const GateMetrics& gate);
/// Share of unfamiliar pictures per class.
std::string unfamiliar_text(std::span<const Unfamiliar> unfamiliar);
/// The groups with wrong calls as a table, `shown` at most.
std::string groups_text(std::span<const GroupFigures> groups, std::size_t shown = 15);

/// Prints what was left out and why, ten at the most.
void print_skipped(const std::vector<std::string>& skipped);

}  // namespace slidetype
