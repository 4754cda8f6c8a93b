// One line per command, option and argument, each with the command that it belongs to as its condition.
#include <sstream>

#include "cli/completion.h"

namespace slidetype {
namespace {

/// In single quotes, where fish knows \\ and \' alone.
std::string fish_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\\' || c == '\'') out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out + "'";
}

std::string fish_values(const OptionDefinition& option) {
    if (!option.choices.empty()) return " -x -a " + fish_quoted(words_text(option.choices));
    if (option.value.empty()) return "";
    return option.may_be_path() ? " -r -F" : " -x";
}

void write_fish_command(std::ostream& out, const CommandDefinition& command) {
    const auto begin = "complete -c slidetype -n " + fish_quoted("__slidetype_at " + fish_quoted(path_text(command)));
    for (const auto& below : command.commands) {
        out << begin << " -f -a " << fish_quoted(below.name) << " -d " << fish_quoted(below.help) << "\n";
    }
    for (const auto& option : command.options) {
        if (option.positional) {
            if (option.may_be_path()) out << begin << " -F\n";
            if (!option.choices.empty()) out << begin << " -f -a " << fish_quoted(words_text(option.choices)) << "\n";
            continue;
        }
        out << begin;
        for (const auto& name : option.names) {
            out << (name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1));
        }
        out << fish_values(option) << " -d " << fish_quoted(option.help) << "\n";
    }
}

}  // namespace

std::string fish_completion(const CommandDefinition& program) {
    std::ostringstream out;
    out << "# Completion of " << program.name << " for fish, made from its command-line definition.\n\n"
        << "# Whether the words so far are of this command, and of none below it.\n"
        << "function __slidetype_at\n    set -l command slidetype\n"
        << "    for word in (commandline -opc)[2..]\n        switch \"$command $word\"\n            case";
    for (const auto* command : all_commands(program)) {
        if (command->path.size() > 1) out << " " << fish_quoted(path_text(*command));
    }
    out << "\n                set command \"$command $word\"\n        end\n    end\n    test \"$command\" = "
           "\"$argv[1]\"\nend\n\n"
        << "complete -c slidetype -f\n";
    for (const auto* command : all_commands(program)) write_fish_command(out, *command);
    return out.str();
}

}  // namespace slidetype
