#pragma once

#include <CLI/CLI.hpp>

#include "model/backends/backend.h"

namespace slidetype {

/// Declares --backend. `backend` must outlive the command.
void declare_backend(CLI::App& command, Backend& backend);

}  // namespace slidetype
