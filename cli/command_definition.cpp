#include "cli/command_definition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace slidetype {
namespace {

/// CLI11 tells type and checks as one text: "TEXT:{a,b}", "FLOAT:FLOAT in [0 - 1]".
void take_type(const std::string& text, OptionDefinition& out) {
    const auto colon = text.find(':');
    out.value = text.substr(0, colon);
    if (colon == std::string::npos) return;
    const auto bounds = text.substr(colon + 1);
    const auto begin = bounds.find('{'), end = bounds.rfind('}');
    if (begin == std::string::npos || end == std::string::npos) {
        out.bounds = bounds;
        return;
    }
    for (std::size_t at = begin + 1; at <= end;) {
        const auto comma = std::min(bounds.find(',', at), end);
        out.choices.push_back(bounds.substr(at, comma - at));
        at = comma + 1;
    }
}

OptionDefinition definition_of_option(const CLI::Option& option) {
    OptionDefinition out;
    for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
    for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
    out.positional = out.names.empty();
    if (out.positional) out.names.push_back(option.get_name(true));
    out.help = option.get_description();
    if (option.get_type_size_max() > 0) take_type(option.get_type_name(), out);
    out.preset = option.get_default_str();
    out.group = option.get_group();
    out.required = option.get_required();
    out.repeated = option.get_items_expected_max() > 1;
    return out;
}

CommandDefinition definition_of_command(const CLI::App& app, std::vector<std::string> path) {
    path.push_back(app.get_name());
    CommandDefinition out;
    out.name = app.get_name();
    out.path = path;
    out.help = app.get_description();
    out.footer = app.get_footer();
    out.needs_command = app.get_require_subcommand_min() > 0;
    for (const auto* option : app.get_options()) {
        if (!option->get_group().empty()) out.options.push_back(definition_of_option(*option));
    }
    for (const auto* command : app.get_subcommands(nullptr)) {
        if (!command->get_group().empty()) out.commands.push_back(definition_of_command(*command, path));
    }
    return out;
}

}  // namespace

bool OptionDefinition::may_be_path() const {
    return value == "TEXT" && choices.empty();
}

CommandDefinition definition_of(const CLI::App& program) {
    return definition_of_command(program, {});
}

std::vector<const CommandDefinition*> all_commands(const CommandDefinition& command) {
    std::vector<const CommandDefinition*> all = {&command};
    for (const auto& below : command.commands) {
        const auto more = all_commands(below);
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

std::string path_text(const CommandDefinition& command, const std::string& separator) {
    return fmt::format("{}", fmt::join(command.path, separator));
}

}  // namespace slidetype
