#pragma once

#include <filesystem>
#include <string>

namespace slidetype::testing {

/// Replaces a piece of the code in a TorchScript file, which is a zip archive of Python-like text.
void change_torchscript(const std::filesystem::path& file, const std::string& from, const std::string& to);

}  // namespace slidetype::testing
