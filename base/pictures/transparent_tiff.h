#pragma once

#include <optional>
#include <string_view>

#include "base/pictures/picture_module.h"

namespace slidetype {

/// A TIFF that has a sample for transparency, read sample by sample: OpenCV drops it, and multiplies colours by it in
/// some files and not in others. RGB or grey of 8 or 16 bits, in strips or tiles, samples together or in planes.
/// A fourth sample of RGB of which nothing is said (OpenCV writes so) is taken for it, unless it is 0 everywhere.
/// An empty image for transparency that is stored in another way. Nothing for opaque files, and for damaged ones: what
/// is wrong with these the ordinary decoder says.
std::optional<DecodedPicture> decode_transparent_tiff(std::string_view bytes);

}  // namespace slidetype
