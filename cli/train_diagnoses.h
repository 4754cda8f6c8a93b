#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "model/heads/head_training.h"

namespace slidetype {

/// What `train` says on its command line about learning from diagnoses.
struct DiagnosisArguments {
    std::filesystem::path features;  ///< empty: beside the output
    std::string encoder;             ///< empty: that of the features at hand, else the default model
    int folds = 5;
    std::string head = "attention";
    std::size_t tiles = 512;
    double memory_gb = 0.6;
    bool cut_sites = false;
};

/// Declares the options. `arguments` must outlive the command.
void declare_diagnosis_options(CLI::App& command, DiagnosisArguments& arguments);

/// What learning from diagnoses takes of the other options of `train`.
struct DiagnosisRun {
    std::filesystem::path table, root, output;
    std::string name, good_for;
    std::optional<int> epochs;
    std::optional<double> learning_rate;
    std::uint64_t seed = 1337;
    int threads = 1;
    bool resume = false, quiet = false;
};

/// Encodes the slides that have no features yet, trains the heads and writes the model. Gives the exit code.
int train_from_diagnoses(const DiagnosisArguments& arguments, const DiagnosisRun& run);

}  // namespace slidetype
