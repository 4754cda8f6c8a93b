#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/data/cohort.h"
#include "model/heads/head_training.h"
#include "model/metrics/case_figures.h"
#include "model/report/attended_section.h"
#include "model/report/sections.h"

namespace slidetype {

/// What a page on the calls of a cohort shows. Holds references: for use at once.
struct CohortPage {
    std::string model, sha256, good_for;
    const Cohort& cohort;       ///< what was measured, with what was left out of it
    std::size_t elsewhere = 0;  ///< slides of other parts of the table
    std::span<const LabelledCase> slides, patients;
    const CallFigures& figures;
    /// Of `train`: the folds in words, and what was seen in each epoch; else empty.
    std::string folds;
    std::span<const HeadEpoch> epochs;
    const AttendedPage& attended;  ///< what the heads looked at
    ReportOrigin origin;
};

/// The page as one HTML file that needs no other.
std::string cohort_page(const CohortPage& page);

}  // namespace slidetype
