#pragma once

#include <filesystem>
#include <string_view>

#include "model/bags/bag.h"

namespace slidetype {

/// A bag from a tensor that was saved with torch.save (CLAM's pt_files, slideflow's bags), or what its head says.
/// Nothing in the file is executed. slideflow's places are taken from <name>.index.npz beside it, in an unknown unit.
/// As read_bag() and read_bag_head().
Bag read_torch_bag(const std::filesystem::path& file, bool head_only);

/// Throws Error(bad_data) for a file of PyTorch before 1.6, or another pickle, of which these are the first bytes;
/// returns for all else.
void refuse_bare_pickle(const std::filesystem::path& file, std::string_view begin);

}  // namespace slidetype
