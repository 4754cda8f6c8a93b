#pragma once

#include <cstddef>
#include <filesystem>

#include "plugin/batch/collect.h"

namespace slidetype {

struct BroughtFiles {
    std::size_t linked = 0, copied = 0;
};

/// Brings what lies in a slide's folder into another, which is there: the files of a result first, the record that
/// makes it complete last, each in one step. Hard links where `how` says so and the file system has them, else copies,
/// which are flushed. Locks and what is half written stay behind, and so does what lies in folders. Nothing is done
/// where `to` has the same record already. Throws Error(io).
BroughtFiles bring_result(const std::filesystem::path& from, const std::filesystem::path& to, CollectedResults how);

}  // namespace slidetype
