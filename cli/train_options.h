#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "model/training.h"

namespace slidetype {

/// What `train` says on its command line about how to train, before it is brought into TrainOptions.
struct TrainArguments {
    TrainOptions options;
    std::string from;  ///< model to go on from, empty: none
    std::string input, device = "auto";
    bool no_balance = false, no_gate = false;
    std::optional<std::string> architecture;
    std::optional<double> learning_rate;
    std::optional<int> epochs;
};

/// Declares the options. `arguments` must outlive the command.
void declare_train_options(CLI::App& command, TrainArguments& arguments);

/// Looks the starting model up and settles what depends on it. Throws Error(bad_model | not_found | usage).
TrainOptions settle_train_options(const TrainArguments& arguments);

/// The epochs that were asked for; else the usual number, or as many more (up to a hundred) as it takes for 300 steps,
/// for a handful of corrections makes few steps an epoch and would change nothing.
int settle_epochs(const TrainArguments& arguments, const TrainOptions& options, std::size_t pictures);

}  // namespace slidetype
