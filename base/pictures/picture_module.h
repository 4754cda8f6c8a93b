#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/raster.h"

namespace slidetype {

/// A picture laid over white where it is transparent.
struct DecodedPicture {
    RgbImage image;           ///< empty where the file is transparent in a way that is not read here
    double opaque_share = 1;  ///< mean opacity of its pixels, 0 … 1
};

/// What OpenCV's imgcodecs does for us. On Debian that library brings GDAL and a hundred more, which take three
/// quarters of the start of a program that links them, so only this table stands between us and it, and the module that
/// fills the table is loaded when the first picture is read or written. Thread-safe.
struct PictureModule {
    /// 8-bit RGB of a JPEG, PNG, TIFF or BMP file's bytes; nothing where they are no picture.
    std::optional<DecodedPicture> (*decode)(std::string_view bytes);
    /// The bytes of a file; `extension` is ".png" or ".jpg", `quality` (1 … 100) counts for JPEG alone.
    std::vector<std::uint8_t> (*encode)(const RgbImage& image, const char* extension, int quality);
};

/// The one symbol of the module, found by name.
extern "C" const PictureModule* slidetype_picture_module_v2();

}  // namespace slidetype
