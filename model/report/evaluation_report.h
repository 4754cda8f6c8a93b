#pragma once

#include <span>
#include <string>

#include "model/data/dataset.h"
#include "model/learning/evaluation.h"
#include "model/network/model_directory.h"
#include "model/report/sections.h"

namespace slidetype {

/// What the report of `evaluate` shows. Holds references: for use at once.
struct EvaluationReportPage {
    const ModelDirectory& model;
    const Dataset& dataset;
    std::span<const std::size_t> members;  ///< that were scored
    std::string selection;                 ///< which these are, in words
    const Evaluation& evaluation;
    ReportOrigin origin;
};

/// The page as one HTML file that needs no other. Reads the pictures that it shows.
std::string evaluation_report(const EvaluationReportPage& page);

}  // namespace slidetype
