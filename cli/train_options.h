#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/training/training.h"

namespace slidetype {

/// What `train` says on its command line about how to train, before it is brought into TrainOptions.
struct TrainArguments {
    TrainOptions options;
    std::string from;  ///< model to go on from, empty: none
    std::string input, device = "auto";
    bool no_balance = false, no_gate = false;
    std::optional<bool> freeze;  ///< unset: where pictures are few
    std::optional<std::string> architecture;
    std::optional<double> learning_rate;
    std::optional<int> epochs;
};

/// Declares the options. `arguments` must outlive the command.
void declare_train_options(CLI::App& command, TrainArguments& arguments);

/// Looks the starting model up and settles what depends on it. Throws Error(bad_model | not_found | usage).
TrainOptions settle_train_options(const TrainArguments& arguments);

/// Settles what depends on the pictures: freeze_features, where nothing was said of it, and the epochs.
void settle_for_pictures(const TrainArguments& arguments, std::size_t pictures, TrainOptions& options);

/// What going on from a model loses with these pictures, in words for the user; empty where that is nothing.
std::vector<std::string> fine_tuning_warnings(const TrainOptions& options, const Dataset& dataset, const Split& split);

}  // namespace slidetype
