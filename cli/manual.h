#pragma once

#include <string>

#include "cli/command_definition.h"

namespace slidetype {

/// The manual page of a command, section 1, for man (troff with the man macros, UTF-8). `version` stands in its foot,
/// such as "slidetype 0.1.0".
std::string manual_page(const CommandDefinition& command, const std::string& version);

/// What the page's file is called: "slidetype-models-list.1".
std::string manual_file_name(const CommandDefinition& command);

}  // namespace slidetype
