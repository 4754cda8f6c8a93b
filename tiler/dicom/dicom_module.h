#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tiler/dicom/dicom_instance.h"

namespace slidetype {

/// What the JPEG 2000 pictures must be that are frames.
struct Jpeg2000Format {
    int width = 0, height = 0;
    bool ycbcr = false;  ///< the colours that are stored where the stream does not turn them itself
};

/// What DCMTK and OpenJPEG do for us. They take longer to load than the rest of the program, so only this table stands
/// between us and them, and the module that fills it is loaded when the first DICOM file is met. Nothing throws but
/// std::bad_alloc. Thread-safe.
struct DicomModule {
    /// The data set of an object without its pixels, in little endian, as the bytes of a file have it; nothing where
    /// they are none.
    std::optional<DicomInstance> (*read_data_set)(std::span<const std::uint8_t> bytes, bool implicit_vr);
    /// The elements of one item of its Per-Frame Functional Groups: the frame's place is added to those of `instance`,
    /// where it has one, and the pixel size taken, where none is known yet. False where they are none.
    bool (*read_frame_group)(std::span<const std::uint8_t> bytes, bool implicit_vr, DicomInstance& instance);
    /// As decode_jpeg_tile, for a codestream of JPEG 2000 of 8-bit samples.
    bool (*decode_jpeg2000)(std::span<const std::uint8_t> bytes, const Jpeg2000Format& format, std::uint8_t* rgb,
                            std::size_t stride);
    /// Names and versions of the libraries.
    std::vector<std::pair<std::string, std::string>> (*versions)();
};

/// The one symbol of the module, found by name.
extern "C" const DicomModule* slidetype_dicom_module_v1();

/// The module; loaded by the first call. Throws Error(unsupported) where it is not there. Thread-safe.
const DicomModule& dicom_module();

}  // namespace slidetype
