#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace slidetype {

/// What lies below a folder.
struct FolderContent {
    std::vector<std::filesystem::path> files;  ///< ordinary files, by name
    /// Links that lead nowhere, what cannot be reached, and folders that may not be read; not those of the system.
    std::vector<std::filesystem::path> unreachable;
    std::vector<std::filesystem::path> others;  ///< pipes and devices
    std::vector<std::string> problems;          ///< in words: folders of the system that cannot be read
};

/// Folders that systems keep on a disk for themselves, and what is hidden: that they may not be read is no loss.
bool is_of_the_system(const std::filesystem::path& path);

/// Looks through a folder and all below it. Links to folders are followed, each folder once however links lead to it,
/// first those that lie there, so that a file is listed under its own place where it has one. Folders of which
/// `pass_over` says so are not looked into.
FolderContent walk_folder(const std::filesystem::path& folder,
                          const std::function<bool(const std::filesystem::path&)>& pass_over = {});

/// The paths, and in place of a pattern with *, ? or […] that is no file's name what it matches. Throws
/// Error(not_found) for a pattern that matches nothing, Error(usage) for an empty name.
std::vector<std::filesystem::path> expand_patterns(std::span<const std::filesystem::path> paths);

}  // namespace slidetype
