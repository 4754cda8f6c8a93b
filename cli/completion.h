#pragma once

#include <array>
#include <string>
#include <string_view>

#include "cli/command_definition.h"

namespace slidetype {

/// The shells for which completion is written.
inline constexpr std::array<std::string_view, 3> kShells = {"bash", "fish", "zsh"};

/// The script that completes this program's commands, options, their values where they are a list, and files elsewhere,
/// in one of kShells. Throws Error(usage) for another.
std::string completion_script(const CommandDefinition& program, std::string_view shell);

/// The parts of completion_script, one per shell; each in a file of its own.
std::string bash_completion(const CommandDefinition& program);
std::string fish_completion(const CommandDefinition& program);
std::string zsh_completion(const CommandDefinition& program);

/// The words with a space between each two.
std::string words_text(const std::vector<std::string>& words);

}  // namespace slidetype
