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
};

/// Declares the options. `arguments` must outlive the command.
void declare_train_options(CLI::App& command, TrainArguments& arguments);

/// Looks the starting model up and settles what depends on it. Throws Error(bad_model | not_found | usage).
TrainOptions settle_train_options(const TrainArguments& arguments);

}  // namespace slidetype
