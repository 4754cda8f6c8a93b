#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "tiler/dicom/dicom_instance.h"

namespace slidetype {

/// See DicomModule::read_data_set. The structure of `bytes` has been checked by DicomHead, which bounds how deeply they
/// nest. DCMTK's messages go nowhere, and its dictionary need not be there.
std::optional<DicomInstance> read_data_set(std::span<const std::uint8_t> bytes, bool implicit_vr);

/// See DicomModule::read_frame_group.
bool read_frame_group(std::span<const std::uint8_t> bytes, bool implicit_vr, DicomInstance& instance);

std::string dcmtk_version();

}  // namespace slidetype
