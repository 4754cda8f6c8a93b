#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace slidetype::bench {

/// How many tiles of what were cut.
struct GateTiles {
    std::size_t tumour = 0, benign = 0;
};

/// Cuts tiles that teach the tumour gate what scanner tissue of known kinds looks like, from what the tables of
/// `folder` (see read_tissue_set()) allow models to learn from: squares of slides that were sorted as tumour, stroma or
/// necrosis, and fields of lymph node and benign epithelium. Tiles are 128 µm wide at 224 px, half over each other;
/// those that are mostly glass are left out. Writes PNG files and `tiles.csv` (file,class,group,teaches) into `output`,
/// a group being a slide. `leave_out`: names of slides of which none are cut, to be measured on. Throws as Slide does,
/// Error(io).
GateTiles cut_gate_tiles(const std::filesystem::path& folder, const std::filesystem::path& output,
                         const std::vector<std::string>& leave_out, const std::function<void(const std::string&)>& say);

}  // namespace slidetype::bench
