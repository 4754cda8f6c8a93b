#pragma once

#include <filesystem>

#include "base/raster.h"

namespace slidetype {

/// Decodes a JPEG, PNG, TIFF or BMP file to 8-bit RGB. Thread-safe.
/// Throws Error(not_found | io | bad_data); also where slidetype was built without OpenCV (Error(unsupported)).
RgbImage read_image(const std::filesystem::path& file);

/// Area-averaged when shrinking, bilinear when enlarging.
RgbImage resize_image(const RgbImage& image, int width, int height);

}  // namespace slidetype
