#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace slidetype {

/// An option, a flag or an argument by position, as it was declared.
struct OptionDefinition {
    std::vector<std::string> names;    ///< "-o", "--output"; of an argument its one name, without dashes
    std::string help;                  ///< one or two sentences
    std::string value;                 ///< what it takes, such as "TEXT"; empty: nothing, it is a flag
    std::string bounds;                ///< what its value must be, in words, such as "FLOAT in [0 - 1]"; may be empty
    std::vector<std::string> choices;  ///< its values, where they are a list
    std::string preset;                ///< its value where it is not given, where that is told
    std::string group;                 ///< the heading it stands under
    bool positional = false, required = false, repeated = false;

    /// Whether its value may be the name of a file or folder: a text of no list.
    bool may_be_path() const;
};

/// A command with what it takes and the commands below it: what manual pages and the completion of shells are made
/// from, so that they cannot say anything else than the program does.
struct CommandDefinition {
    std::string name;               ///< "run"; of the program its own
    std::vector<std::string> path;  ///< "slidetype", "models", "list"
    std::string help, footer;       ///< as they were declared, with their line breaks
    bool needs_command = false;     ///< does nothing without one of the commands below
    std::vector<OptionDefinition> options;
    std::vector<CommandDefinition> commands;
};

/// Of all that was declared and is not hidden (by an empty group).
CommandDefinition definition_of(const CLI::App& program);

/// The command and all those below it, each before those that are below it itself.
std::vector<const CommandDefinition*> all_commands(const CommandDefinition& command);

/// "slidetype models list", with another separator where one is given.
std::string path_text(const CommandDefinition& command, const std::string& separator = " ");

}  // namespace slidetype
