#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/metrics/case_figures.h"
#include "model/report/sections.h"

namespace slidetype {

/// What a report on calls says in words, by the items of TRIPOD+AI (Collins et al., BMJ 2024). Each is plain text; an
/// empty one reads "not measured" or "not stated", so that what nobody looked at can be seen.
struct CallReportText {
    std::string intended_use, objectives, health_inequalities;                // introduction
    std::string data, dates, participants, preparation, outcome, predictors;  // methods
    std::string sample_size, missing_data, model, training_and_evaluation;
    std::string ethics, funding, protocol, availability, involvement;  // open science
    std::string characteristics, development, updating;                // results
    std::string interpretation, limitations, usability;                // discussion
};

/// What the report on slide and patient calls shows. Holds references: for use at once.
struct CallReportPage {
    std::string model;                                       ///< name, as in the title
    std::vector<std::pair<std::string, std::string>> facts;  ///< of the model and the data, above all else
    const CallReportText& text;
    /// From all that the table names to what was measured, each with a number: "slides named", "120".
    std::vector<std::pair<std::string, std::string>> flow;
    const CallFigures& figures;
    std::span<const LabelledCase> slides, patients;  ///< those of the figures
    ReportOrigin origin;
    std::string learning = {};  ///< learning_section() of a training; may be empty
    std::string attended = {};  ///< attended_section() of the slides; may be empty
};

/// The page as one HTML file that needs no other.
std::string call_report(const CallReportPage& page);

}  // namespace slidetype
