#pragma once

#include <span>
#include <string>

#include "model/metrics/case_figures.h"

namespace slidetype {

// The parts of a report on calls of slides and patients. All give HTML; all text of the arguments is escaped.

/// The figures of patients that matter most, large.
std::string call_cards(const CallFigures& figures);
/// All figures with intervals, patients beside slides.
std::string call_figures_table(const CallFigures& figures);
/// What the heads are worth one by one, beside all together; nothing where they were not measured.
std::string single_heads(const CallFigures& figures);
/// ROC curves of patients and slides beside how P(LUSC) of patients fits the truth.
std::string call_curves(std::span<const LabelledCase> slides, std::span<const LabelledCase> patients,
                        const CallFigures& figures);
/// What was called of what, patients beside slides.
std::string call_confusions(const CallFigures& figures);
/// Errors among the called against the share that is called, as chart and table.
std::string coverage_figures(const CallFigures& figures);
/// Thresholds with the error that they state, what was observed, and what trials gave.
std::string conformal_figures(const CallFigures& figures);
/// Patients by site.
std::string sites_table(std::span<const SiteFigures> sites);
/// Patients and slides on the wrong side of one half, and those whose set lacks the truth: surest first, `shown` at
/// most of each.
std::string wrong_calls(std::span<const LabelledCase> slides, std::span<const LabelledCase> patients,
                        const CallFigures& figures, std::size_t shown = 40);

}  // namespace slidetype
