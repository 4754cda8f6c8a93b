#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "cli/labelled_data.h"
#include "plugin/analysis/slide_call.h"

namespace slidetype {

/// What `evaluate` says on its command line about slides with diagnoses.
struct CohortArguments {
    std::filesystem::path features;  ///< empty: the table names feature files
    PatientCall patients = PatientCall::one_bag;
    bool recalibrate = false;
    double error = 0.05, memory_gb = 0.6;
};

/// Declares the options. `arguments` must outlive the command.
void declare_cohort_options(CLI::App& command, CohortArguments& arguments);

/// What evaluating a cohort takes of the other options of `evaluate`.
struct CohortRun {
    std::string model;
    std::filesystem::path table, root, json, report;
    std::string part;  ///< "test", "train", "validation", "all"; empty: test where the table has such slides, else all
    int threads = 1;
    bool quiet = false;
};

/// Measures the calls of slides and patients, prints and writes the figures. Gives the exit code.
int evaluate_cohort(const CohortArguments& arguments, const CohortRun& run);

}  // namespace slidetype
