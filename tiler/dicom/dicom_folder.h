#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "tiler/dicom/dicom_object.h"

namespace slidetype {

/// The pictures of tissue of one slide: of one series, and within it of one pyramid. Frames of reference tell pyramids
/// apart, too, but some programs give each level its own: so they do where pictures could not be levels of one slide.
struct DicomSlideObjects {
    std::vector<DicomObject> pictures;    ///< by name of their files; parts of concatenations each for itself
    std::vector<std::string> unreadable;  ///< names of DICOM files beside them that cannot be read, of whatever series
};

/// Those of the slide that a path stands for: a folder that holds one slide, or any file of a slide, whose others lie
/// in the same folder. Folders below are not looked into, links are followed. Throws Error(unsupported) for a folder
/// with none or several and for files that belong to no slide, and as read_dicom_object() for the file itself.
/// Thread-safe.
DicomSlideObjects dicom_slide_at(const std::filesystem::path& path);

/// The files of dicom_slide_at(), by name: what the slide's pixels and facts depend on.
std::vector<std::filesystem::path> files_of_dicom_slide(const std::filesystem::path& path);

/// What the files of one folder are.
struct DicomListing {
    /// A slide, as a path to open it by: the file of its finest picture (of several that with the first name).
    std::vector<std::filesystem::path> slides;
    std::vector<std::filesystem::path>
        others;  ///< objects of other kinds, labels and overviews of slides that are not there
    std::vector<std::filesystem::path> suspects;  ///< what cannot be read: trying it says why
};

/// `files`: such as is_dicom_file() (base/dicom_mark.h) takes, of one folder. Throws nothing but std::bad_alloc, and
/// Error(unsupported) where the module is not there.
DicomListing list_dicom_files(std::span<const std::filesystem::path> files);

}  // namespace slidetype
