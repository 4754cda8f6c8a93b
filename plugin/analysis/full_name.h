#pragma once

#include <filesystem>
#include <string>

namespace slidetype {

/// A file as it is told from all others: its absolute path without dots. Links are not followed.
std::string full_name(const std::filesystem::path& file);

}  // namespace slidetype
