#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slidetype {

/// Folders of the files that this code runs from, most specific first: that of the shared library that it is part of,
/// if it is part of one, and that of the program. Thread-safe.
std::vector<std::filesystem::path> own_folders();

/// Where files that slidetype ships with are looked for, such as "models": ../share/slidetype/<name> of own_folders(),
/// then the place of installation. Those that do not exist are left out; each once. Thread-safe.
std::vector<std::filesystem::path> data_folders(const std::filesystem::path& name);

/// What to do about a part of slidetype that is not there: in a folder in which it was built, to build the rest, else
/// what is to be done `where_installed`. Thread-safe.
std::string how_to_complete(const std::string& where_installed = "Install slidetype completely.");

}  // namespace slidetype
