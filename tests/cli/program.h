#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slidetype::testing {

/// What a finished program left.
struct Finished {
    int code = -1;           ///< exit code, or 128 + signal
    std::string out, error;  ///< standard output and standard error
};

/// Runs a program with arguments, without a shell. If `interrupt_when` is named, the program gets a SIGINT as soon as
/// that file exists.
Finished run_program(const std::string& program, const std::vector<std::string>& arguments,
                     const std::filesystem::path& interrupt_when = {});

/// Runs the slidetype of this build.
Finished slidetype(const std::vector<std::string>& arguments, const std::filesystem::path& interrupt_when = {});

}  // namespace slidetype::testing
