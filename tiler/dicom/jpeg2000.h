#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "tiler/dicom/dicom_module.h"

namespace slidetype {

/// See DicomModule::decode_jpeg2000. Three components of 8 bits; those of colour may have half as many pixels along an
/// axis.
bool decode_jpeg2000(std::span<const std::uint8_t> bytes, const Jpeg2000Format& format, std::uint8_t* rgb,
                     std::size_t stride);

std::string openjpeg_version();

}  // namespace slidetype
