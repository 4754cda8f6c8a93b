// A page: NAME, SYNOPSIS, DESCRIPTION, COMMANDS or ARGUMENTS, OPTIONS under their groups, what the help text ends with,
// and the pages around it. Of troff little more than .TH .SH .SS .TP .PP .EX .EE is used.
#include "cli/manual.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <string_view>

namespace slidetype {
namespace {

/// Text that troff shows as it is: a hyphen that may be copied, no control characters at the begin of a line.
std::string troff(std::string_view text) {
    std::string out;
    bool line_begins = true;
    for (const char c : text) {
        if (line_begins && (c == '.' || c == '\'')) out += "\\&";
        line_begins = c == '\n';
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    return out;
}

std::string bold(std::string_view text) {
    return "\\fB" + troff(text) + "\\fR";
}
std::string italic(std::string_view text) {
    return "\\fI" + troff(text) + "\\fR";
}

/// The first letter small, since the line of NAME goes on from the name.
std::string summary_of(const CommandDefinition& command) {
    auto line = command.help.substr(0, command.help.find('\n'));
    const auto own_name = command.name + ": ";
    if (line.starts_with(own_name)) line.erase(0, own_name.size());
    while (line.ends_with('.')) line.pop_back();
    if (line.size() > 1 && line[0] >= 'A' && line[0] <= 'Z' && line[1] >= 'a' && line[1] <= 'z') {
        line[0] = static_cast<char>(line[0] - 'A' + 'a');
    }
    return line;
}

std::string page_name(const CommandDefinition& command) {
    return path_text(command, "-");
}

std::string manual_option_line(const OptionDefinition& option) {
    std::string line;
    for (const auto& name : option.names) {
        line += (line.empty() ? "" : ", ") + (option.positional ? italic(name) : bold(name));
    }
    if (!option.positional && !option.value.empty()) line += " " + italic(option.value);
    if (option.repeated) line += " ...";
    return line;
}

std::string manual_option_text(const OptionDefinition& option) {
    auto text = option.help;
    const auto add = [&](const std::string& more) { text += (text.ends_with('.') ? " " : ". ") + more + "."; };
    if (!option.choices.empty()) add(fmt::format("One of {}", fmt::join(option.choices, ", ")));
    if (!option.bounds.empty()) add("Must be " + option.bounds);
    if (!option.preset.empty()) add("Default: " + option.preset);
    if (option.required) add("Required");
    return troff(text);
}

void write_manual_options(std::ostream& out, const CommandDefinition& command, bool positional) {
    std::vector<std::string> groups;
    for (const auto& option : command.options) {
        if (option.positional == positional && std::ranges::count(groups, option.group) == 0)
            groups.push_back(option.group);
    }
    if (groups.empty()) return;
    out << (positional ? ".SH ARGUMENTS\n" : ".SH OPTIONS\n");
    for (const auto& group : groups) {
        if (group != "Options" && group != "Positionals") out << ".SS " << troff(group) << "\n";
        for (const auto& option : command.options) {
            if (option.positional != positional || option.group != group) continue;
            out << ".TP\n" << manual_option_line(option) << "\n" << manual_option_text(option) << "\n";
        }
    }
}

void write_synopsis(std::ostream& out, const CommandDefinition& command) {
    out << ".SH SYNOPSIS\n" << bold(path_text(command));
    for (const auto& option : command.options) {
        if (!option.positional && option.required) {
            out << " " << bold(option.names.back()) << " " << italic(option.value);
        }
    }
    out << " [" << italic("options") << "]";
    if (!command.commands.empty()) {
        out << (command.needs_command ? " " : " [") << italic("command") << (command.needs_command ? "" : "]")
            << " ...";
    }
    for (const auto& option : command.options) {
        if (!option.positional) continue;
        out << (option.required ? " " : " [") << italic(option.names.back()) << (option.repeated ? " ..." : "")
            << (option.required ? "" : "]");
    }
    out << "\n";
}

/// What the help text ends with: lines that are indented are shown as they are, a line alone that ends with a colon is
/// a heading.
void write_footer(std::ostream& out, const std::string& footer) {
    std::istringstream lines(footer);
    bool shown_as_is = false, begun = false;
    for (std::string line; std::getline(lines, line);) {
        const bool indented = line.starts_with("  ");
        if (shown_as_is && !indented) out << ".EE\n";
        if (!shown_as_is && indented) out << ".PP\n.EX\n";
        if (line == "Examples:" || line == "Example:") {
            out << ".SH EXAMPLES\n";
            begun = true;
        } else if (!line.empty()) {
            if (!begun) out << ".SH NOTES\n";
            if (begun && !indented && shown_as_is) out << ".PP\n";
            out << troff(indented ? line.substr(2) : line) << "\n";
            begun = true;
        }
        shown_as_is = indented;
    }
    if (shown_as_is) out << ".EE\n";
}

/// The pages of the commands above and below.
void write_see_also(std::ostream& out, const CommandDefinition& command) {
    std::vector<std::string> pages;
    std::string above;
    for (std::size_t i = 0; i + 1 < command.path.size(); ++i) {
        above += (above.empty() ? "" : "-") + command.path[i];
        pages.push_back(above);
    }
    for (const auto& below : command.commands) pages.push_back(page_name(below));
    if (pages.empty()) return;
    out << ".SH SEE ALSO\n";
    for (const auto& page : pages) out << bold(page) << "(1)" << (page == pages.back() ? "\n" : ",\n");
}

}  // namespace

std::string manual_file_name(const CommandDefinition& command) {
    return page_name(command) + ".1";
}

std::string manual_page(const CommandDefinition& command, const std::string& version) {
    std::ostringstream out;
    out << ".\\\" Made from the command-line definition of the program: a change belongs there.\n";
    out << ".TH " << troff(page_name(command)) << " 1 \"\" \"" << version << "\" \"User Commands\"\n.nh\n.ad l\n";
    out << ".SH NAME\n" << troff(page_name(command)) << " \\- " << troff(summary_of(command)) << "\n";
    write_synopsis(out, command);
    out << ".SH DESCRIPTION\n" << troff(command.help) << "\n";
    if (!command.commands.empty()) {
        out << ".SH COMMANDS\n";
        for (const auto& below : command.commands)
            out << ".TP\n" << bold(below.name) << "\n" << troff(below.help) << "\n";
    }
    write_manual_options(out, command, true);
    write_manual_options(out, command, false);
    write_footer(out, command.footer);
    write_see_also(out, command);
    return out.str();
}

}  // namespace slidetype
