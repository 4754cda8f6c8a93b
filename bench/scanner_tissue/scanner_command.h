#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "bench/cross_validation/network.h"

namespace slidetype::bench {

/// "LABEL=MODEL" taken apart, the model found. Throws Error(usage) for another form, Error(not_found) for no model.
std::vector<std::pair<std::string, std::filesystem::path>> labelled_models(const std::vector<std::string>& given);

/// Adds `scanner`, `ablation` and `gate-tiles` to a program. Where one of them is asked for, `action` becomes what is
/// to be done. `source`: the source tree, beside which shared data is looked for where SLIDETYPE_SHARED does not name
/// it.
void declare_scanner_commands(CLI::App& program, const std::filesystem::path& source, const Say& say,
                              std::function<int()>& action);

}  // namespace slidetype::bench
