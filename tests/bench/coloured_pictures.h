#pragma once

#include <filesystem>

#include "model/data/dataset.h"

namespace slidetype::testing {

/// Tiles without files: `groups` groups of each class and of benign tissue with `per_group` tiles each. Group k lies in
/// fold k % 2 and in stain cluster k % 2 of its class ("aca0", "scc1", "n0" …).
Dataset grouped_tiles(int groups, int per_group);

/// The same with a PNG of 112 px per tile, LUAD reddish and LUSC bluish with stripes that differ likewise, and a
/// manifest of them; returns the manifest.
std::filesystem::path write_coloured_pictures(const std::filesystem::path& folder, int groups, int per_group);

}  // namespace slidetype::testing
