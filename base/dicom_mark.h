#pragma once

#include <filesystem>

namespace slidetype {

/// Whether the file begins as files of DICOM do (128 bytes of anything, then "DICM"). Never throws.
bool is_dicom_file(const std::filesystem::path& file);

/// Whether a folder holds DICOM files; it is looked at until one is found. Never throws.
bool has_dicom_files(const std::filesystem::path& folder);

}  // namespace slidetype
