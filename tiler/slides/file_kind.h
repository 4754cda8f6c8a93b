#pragma once

#include <filesystem>

namespace slidetype {

/// What a file is to somebody who looks for slides.
enum class FileKind {
    slide,    ///< OpenSlide takes it for one, or it is a picture of a DICOM slide
    picture,  ///< named like a JPEG, PNG, BMP or WebP file, or a plain TIFF; Slide opens it, or says what is wrong
    suspect,  ///< it is named like a slide or cannot be read: trying it says what is wrong with it
    other,    ///< not a slide, as far as anybody can tell; also labels and overviews of DICOM
};

/// Reads the file's head only. A plain picture in a TIFF file is a `picture` where all of its data is there, else
/// `suspect`. What macOS leaves beside every file on foreign disks ("._name") is `other`. Never throws. Thread-safe.
FileKind kind_of_file(const std::filesystem::path& file);

/// Whether a name ends as those of slides do, of formats that OpenSlide knows and of some that it does not.
bool is_named_like_slide(const std::filesystem::path& file);

}  // namespace slidetype
