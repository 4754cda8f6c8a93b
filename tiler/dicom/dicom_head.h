#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/read_only_file.h"

namespace slidetype {

/// A stretch of a file, in bytes.
struct FileStretch {
    std::uint64_t offset = 0, bytes = 0;
};

/// Where what matters lies in a DICOM file: its elements are stepped over one by one, and none is read but those that
/// tell what a slide is. So names, dates and numbers of patients stay in the file, whatever is done with the rest.
struct DicomHead {
    std::string transfer_syntax;        ///< UID
    std::string series_uid;             ///< empty where there is none
    bool implicit_vr = false;           ///< else explicit; always little endian
    std::vector<FileStretch> elements;  ///< that DicomModule::read_data_set is given, one after another
    /// The elements of each item of the Per-Frame Functional Groups, for DicomModule::read_frame_group: of hundreds of
    /// thousands of frames they would take too much memory all at once.
    std::vector<FileStretch> frame_groups;
    std::optional<FileStretch> pixels;        ///< the value of Pixel Data; `bytes` of 0 where it is encapsulated
    bool encapsulated = false;                ///< in items, as compressed frames are
    std::optional<FileStretch> offset_table;  ///< the value of Extended Offset Table
};

/// Steps through a file up to its pixels. Nothing is allocated beyond what the file's size warrants, sequences that are
/// to be read nest no more than 16 deep. `name` is for messages. Throws Error(corrupt) for what is no DICOM file, is
/// cut short before its pixels or breaks the format's rules, Error(unsupported) for data sets that are deflated or in
/// big endian, and for such that are far too large.
DicomHead read_dicom_head(const ReadOnlyFile& file, const std::string& name);

/// The bytes of stretches of the file, in a row. Throws Error(io).
std::vector<std::uint8_t> read_stretches(const ReadOnlyFile& file, std::span<const FileStretch> stretches,
                                         const std::string& name);

}  // namespace slidetype
