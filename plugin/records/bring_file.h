#pragma once

#include <filesystem>

namespace slidetype {

/// How results get from the folders that are collected into the one that holds all.
enum class CollectedResults {
    link,   ///< as hard links, which take no room; copied where the file systems differ
    copy,   ///< copied
    leave,  ///< they stay where they are, and collect.csv says where
};

/// What was done with a file.
enum class Brought { linked, copied };

/// Gives a file a second place, in one step, whatever was there: as a hard link where `how` says so and the file system
/// has links between the two, else as a copy, which is flushed. Throws Error(io).
Brought bring_file(const std::filesystem::path& from, const std::filesystem::path& to, CollectedResults how);

}  // namespace slidetype
