#pragma once

#include <filesystem>
#include <vector>

namespace slidetype {

/// Folders of the files that this code runs from, most specific first: that of the shared library that it is part of,
/// if it is part of one, and that of the program. Thread-safe.
std::vector<std::filesystem::path> own_folders();

}  // namespace slidetype
