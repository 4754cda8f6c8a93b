#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <span>

namespace slidetype {

/// Exit codes that scripts may rely on. kTryAgain (EX_TEMPFAIL of sysexits.h): what is missing may be there after the
/// same command at another time; see docs/cluster.md.
enum ExitCode : int { kDone = 0, kUsage = 1, kSomeFailed = 2, kAllFailed = 3, kTryAgain = 75, kInterrupted = 130 };

/// What the chosen command does; its value is the program's exit code. Errors leave it as exceptions.
using Action = std::function<int()>;

/// One command: a file in cli/ with a function that declares its arguments and, once they are parsed, sets the action.
struct Command {
    void (*declare)(CLI::App& program, Action& action);
};

/// All commands in the order of the help text.
std::span<const Command> commands();

}  // namespace slidetype
