#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace slidetype {

/// Whether a folder may be a slide of its own: one with DICOM files. Never throws.
bool is_slide_folder(const std::filesystem::path& path);

/// Whether a file is one of those that are slides together with others of their folder: of DICOM. Never throws.
bool is_slide_part(const std::filesystem::path& path);

/// What the files of one folder are that is_slide_part() takes.
struct SlideParts {
    std::vector<std::filesystem::path> slides;    ///< one path for each slide, by name: a file to open it by
    std::vector<std::filesystem::path> others;    ///< that belong to none of them, such as objects of other kinds
    std::vector<std::filesystem::path> suspects;  ///< that cannot be read: trying them says why
};

/// Throws Error(unsupported) where what reads them is not installed.
SlideParts sort_slide_parts(std::span<const std::filesystem::path> files);

/// The files that a slide's result depends on, by name: all pictures of a DICOM slide, given as its folder or as one of
/// them; nothing for all other formats, and for what is no slide. Never throws but std::bad_alloc.
std::vector<std::filesystem::path> parts_of_slide(const std::filesystem::path& slide);

/// What a slide is called: its file's name without the ending, or its folder's name.
std::string name_of_slide(const std::filesystem::path& slide);

/// Bytes of its file, or of all files of parts_of_slide(); 0 where they cannot be had.
std::uintmax_t bytes_of_slide(const std::filesystem::path& slide);

}  // namespace slidetype
