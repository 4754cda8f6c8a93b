// One function per command, which hands its options to _arguments; those of commands below are called from it.
#include <sstream>

#include "cli/completion.h"

namespace slidetype {
namespace {

/// In single quotes.
std::string zsh_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c == '\n' ? ' ' : c);
    return out + "'";
}

/// Within a specification of _arguments, where brackets and colons have a meaning.
std::string zsh_plain(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string zsh_action(const OptionDefinition& option) {
    if (option.choices.empty()) return option.may_be_path() ? "_files" : " ";
    return "(" + words_text(option.choices) + ")";
}

/// '(-o --output)-o+[help]:value:action', once for each name.
std::vector<std::string> zsh_specifications(const OptionDefinition& option) {
    if (option.positional) {
        return {
            zsh_quoted((option.repeated ? "*:" : ":") + zsh_plain(option.names.front()) + ":" + zsh_action(option))};
    }
    std::vector<std::string> lines;
    for (const auto& name : option.names) {
        std::string line = option.repeated ? "*" : "(" + words_text(option.names) + ")";
        line += name +
                (option.value.empty()     ? ""
                 : name.starts_with("--") ? "="
                                          : "+") +
                "[" + zsh_plain(option.help) + "]";
        if (!option.value.empty()) line += ":" + zsh_plain(option.value) + ":" + zsh_action(option);
        lines.push_back(zsh_quoted(line));
    }
    return lines;
}

void write_zsh_command(std::ostream& out, const CommandDefinition& command) {
    out << "_" << path_text(command, "_") << "() {\n";
    const bool parent = !command.commands.empty();
    if (parent) out << "    local curcontext=$curcontext state line\n    typeset -A opt_args\n";
    out << "    _arguments " << (parent ? "-C " : "") << "-s -S";
    for (const auto& option : command.options) {
        for (const auto& line : zsh_specifications(option)) out << " \\\n        " << line;
    }
    if (parent) {
        out << " \\\n        '1:command:->command' \\\n        '*::argument:->arguments' && return\n    case $state "
               "in\n"
            << "        command)\n            local -a commands=(";
        for (const auto& below : command.commands) {
            out << "\n                " << zsh_quoted(below.name + ":" + zsh_plain(below.help));
        }
        out << ")\n            _describe command commands ;;\n        arguments)\n            case $line[1] in\n";
        for (const auto& below : command.commands) {
            out << "                " << below.name << ") _" << path_text(below, "_") << " ;;\n";
        }
        out << "            esac ;;\n    esac";
    }
    out << "\n}\n\n";
}

}  // namespace

std::string zsh_completion(const CommandDefinition& program) {
    std::ostringstream out;
    out << "#compdef " << program.name << "\n# Completion of " << program.name
        << " for zsh, made from its command-line definition.\n\n";
    for (const auto* command : all_commands(program)) write_zsh_command(out, *command);
    // As a file of $fpath it is the body of the function itself; read with `source` it registers itself.
    out << "if [ \"$funcstack[1]\" = \"_slidetype\" ]; then\n    _slidetype \"$@\"\nelse\n    compdef _slidetype "
           "slidetype\nfi\n";
    return out.str();
}

}  // namespace slidetype
