// One function that finds the command among the words so far, then asks what the word before wants, and what there is.
// Nothing of bash-completion is needed. Bash takes "--option=value" apart at the "=".
#include <sstream>

#include "cli/completion.h"

namespace slidetype {
namespace {

/// The words that begin a command: "slidetype run", "slidetype models", "slidetype models list".
void write_bash_commands(std::ostream& out, const CommandDefinition& program) {
    out << "    for ((i = 1; i < COMP_CWORD; i++)); do\n        case \"$command ${COMP_WORDS[i]}\" in\n";
    for (const auto* command : all_commands(program)) {
        if (command->path.size() > 1) {
            out << "            \"" << path_text(*command) << "\") command=\"" << path_text(*command) << "\" ;;\n";
        }
    }
    out << "        esac\n    done\n";
}

/// What follows an option that takes a value.
void write_bash_values(std::ostream& out, const CommandDefinition& program) {
    out << "    case \"$command $previous\" in\n";
    for (const auto* command : all_commands(program)) {
        for (const auto& option : command->options) {
            if (option.positional || option.value.empty()) continue;
            std::string pattern;
            for (const auto& name : option.names) {
                pattern += (pattern.empty() ? "\"" : " | \"") + path_text(*command) + " " + name + "\"";
            }
            out << "        " << pattern << ") ";
            if (!option.choices.empty()) {
                out << "_slidetype_words \"" << words_text(option.choices) << "\"; return ;;\n";
            } else {
                out << (option.may_be_path() ? "_slidetype_files; return ;;\n" : "return ;;\n");
            }
        }
    }
    out << "    esac\n";
}

void write_bash_words(std::ostream& out, const CommandDefinition& program) {
    out << "    case \"$command\" in\n";
    for (const auto* command : all_commands(program)) {
        std::vector<std::string> names, below;
        bool files = false;
        for (const auto& option : command->options) {
            if (option.positional) {
                below.insert(below.end(), option.choices.begin(), option.choices.end());
                files = files || option.may_be_path();
            } else {
                names.insert(names.end(), option.names.begin(), option.names.end());
            }
        }
        for (const auto& each : command->commands) below.push_back(each.name);
        out << "        \"" << path_text(*command) << "\") options=\"" << words_text(names) << "\" words=\""
            << words_text(below) << "\" files=" << (files ? "1" : "") << " ;;\n";
    }
    out << "    esac\n";
}

}  // namespace

std::string bash_completion(const CommandDefinition& program) {
    std::ostringstream out;
    out << "# Completion of " << program.name << " for bash, made from its command-line definition.\n"
        << R"(
_slidetype_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }
_slidetype_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
}

_slidetype() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=slidetype
    local options= words= files= i
    if [[ $current == "=" ]]; then
        current=
    elif [[ $previous == "=" ]]; then
        previous=${COMP_WORDS[COMP_CWORD-2]}
    fi
    COMPREPLY=()
)";
    write_bash_commands(out, program);
    write_bash_values(out, program);
    write_bash_words(out, program);
    out << R"(    if [[ $current == -* ]]; then
        _slidetype_words "$options"
    elif [[ -n $words ]]; then
        _slidetype_words "$words"
    elif [[ -n $files ]]; then
        _slidetype_files
    fi
}
complete -F _slidetype )"
        << program.name << "\n";
    return out.str();
}

}  // namespace slidetype
