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

/// All files of a slide, for who copies it.
struct SlideFiles {
    std::filesystem::path base;                ///< the folder that they lie in
    std::filesystem::path main;                ///< what is opened, relative to it
    std::vector<std::filesystem::path> files;  ///< relative to it, by name
};

/// The file and all that may belong to it: of MIRAX and .vsi the folder beside it, of Hamamatsu the pictures that it
/// names, of DICOM the files of the slide that the file or folder stands for, of any other folder all that is in it.
/// Files that are missing are left out. Never throws. Thread-safe.
SlideFiles files_of_slide(const std::filesystem::path& slide);

}  // namespace slidetype
