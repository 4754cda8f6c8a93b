#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slidetype {

/// What of a slide of several files lies beside the file that is opened (MIRAX's .mrxs and Olympus' .vsi: a folder;
/// Hamamatsu's .vms and .vmu: pictures that the file names).
struct Companions {
    std::filesystem::path main;        ///< the file to hand to OpenSlide: a link's target where the others lie there
    std::vector<std::string> missing;  ///< names of what is not there, as seen from `main`; empty for all other formats
    std::size_t wanted = 0;            ///< how many files or folders belong to it
};

/// Looks beside the file, or beside what it is a link to, one link after another. Never throws. Thread-safe.
Companions companions_of(const std::filesystem::path& file);

}  // namespace slidetype
