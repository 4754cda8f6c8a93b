#pragma once

#include <CLI/CLI.hpp>

#include "plugin/analysis/slide_call.h"

namespace slidetype {

/// Declares --patients and gives it. `how` must outlive the command.
CLI::Option* declare_patients(CLI::App& command, PatientCall& how);

}  // namespace slidetype
