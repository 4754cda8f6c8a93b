#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "tiler/tiff/jpeg_tile.h"

namespace slidetype {

/// Whether JPEG tiles hold other colours than is said of them (`as_tagged.ycbcr`): where all of the fullest say so
/// beyond doubt. Where they only may hold YCbCr, the emptiest tile decides, which `emptiest` gives the bytes of (none
/// where there is none): glass is bright and without colour. Never throws but std::bad_alloc. Thread-safe.
bool contradict_tag(std::span<const std::vector<std::uint8_t>> fullest, const JpegTileFormat& as_tagged,
                    const std::function<std::vector<std::uint8_t>()>& emptiest);

}  // namespace slidetype
