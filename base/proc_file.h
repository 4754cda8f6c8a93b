#pragma once

#include <string>

namespace slidetype {

/// The value of the first "name : value" in a file of /proc; empty where there is none.
std::string proc_value(const char* file, const std::string& name);

}  // namespace slidetype
