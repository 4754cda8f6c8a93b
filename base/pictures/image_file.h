#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/raster.h"

namespace slidetype {

/// Decodes a JPEG, PNG, TIFF or BMP file to 8-bit RGB, upright where it says how it is to be turned, and laid over
/// white where it is transparent. Thread-safe. Throws Error(not_found | io | bad_data), the last for pictures of which
/// less than 5 % is opaque, too; also where slidetype was built without OpenCV (Error(unsupported)).
RgbImage read_image(const std::filesystem::path& file);

/// Throws Error(bad_data) for a picture whose pixels are so transparent, on average, that there is nothing to see.
void require_opaque(const std::filesystem::path& file, double opaque_share);

/// As a JPEG file of this quality (1 … 100). Nothing where slidetype was built without OpenCV.
std::optional<std::vector<std::uint8_t>> encode_jpeg(const RgbImage& image, int quality);

/// As a PNG file. Throws Error(unsupported) where slidetype was built without OpenCV.
std::vector<std::uint8_t> encode_png(const RgbImage& image);

/// The picture after a trip through a JPEG file of this quality (1 … 100). Without OpenCV the picture itself.
RgbImage recompress_jpeg(const RgbImage& image, int quality);

/// As resample() of base/resampling does, which tiles of slides go through too.
RgbImage resize_image(const RgbImage& image, int width, int height);

}  // namespace slidetype
