#pragma once

#include <string>

namespace slidetype {

/// The command line of this process as it can be typed into a shell again; "slidetype" alone where the system does not
/// tell. For reports.
std::string command_line();

}  // namespace slidetype
