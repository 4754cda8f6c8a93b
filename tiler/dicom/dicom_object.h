#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "tiler/dicom/dicom_head.h"
#include "tiler/dicom/dicom_instance.h"

namespace slidetype {

/// A DICOM file that has been looked at: what it says of itself, and where its pixels lie. Its file is closed.
struct DicomObject {
    std::filesystem::path path;
    DicomHead head;
    DicomInstance instance;
};

/// Throws as read_dicom_head(), Error(io) for a file that cannot be opened, Error(corrupt) for a data set that cannot
/// be read. Thread-safe.
DicomObject read_dicom_object(const std::filesystem::path& path);

/// What an object is to a slide.
enum class DicomRole {
    level,   ///< a picture of the tissue, one of a pyramid, or a part of one
    beside,  ///< the label, the overview or the thumbnail of a slide
    other,   ///< no whole-slide image
};
DicomRole role_of(const DicomInstance& instance);

/// Why a picture of tissue is of a kind that is not read: an Error(unsupported) that names it, or nothing.
std::optional<Error> why_not_readable(const DicomObject& object);

}  // namespace slidetype
