#pragma once

#include "cli/command.h"

namespace slidetype {

/// The subcommands of `slidetype models` that are more than a listing; each is a file of its own.
void declare_import_keras(CLI::App& models, Action& action);
void declare_import_mil(CLI::App& models, Action& action);
void declare_calibrate(CLI::App& models, Action& action);
void declare_familiarise(CLI::App& models, Action& action);
void declare_good_for(CLI::App& models, Action& action);
void declare_export(CLI::App& models, Action& action);
void declare_verify(CLI::App& models, Action& action);

}  // namespace slidetype
