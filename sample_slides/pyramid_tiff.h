#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/raster.h"

namespace slidetype {

/// Paints one rectangle of level 0; the picture that it returns has exactly the size of the rectangle.
using PaintRegion = std::function<RgbImage(const Rect&)>;

struct PyramidOptions {
    double spacing_um_px = 0;  ///< of level 0; written as TIFF resolution in pixels per centimetre
    int tile_px = 256;         ///< edge of the file's own tiles, a multiple of 16
    int quality = 80;          ///< JPEG quality, 1 … 100
    bool halve_chroma = true;  ///< 4:2:0 as scanners write it; false keeps full colour resolution
    int levels = 3;            ///< at most; a level of less than one pixel is left out
    int step = 4;              ///< downsample from one level to the next: 2, 4, 8 or 16
    std::string description;   ///< ImageDescription of level 0. One that begins with "Aperio" and holds
                               ///< "|MPP = 0.5" makes OpenSlide take the file for Aperio's and report that spacing.
};

/// Writes a pyramidal tiled TIFF (JPEG in YCbCr, a directory per level, finest first) that OpenSlide opens as
/// "generic-tiff". Each pixel of a lower level is the mean of step × step pixels above it; what is left over at the
/// right and lower edge is dropped, as Aperio does. `paint` is called once per tile of level 0, row by row, so the
/// picture never lies in memory as a whole: the largest part that does is the second level.
/// The file appears under its name only when it is whole. Equal pixels and options give equal bytes with one version
/// of libtiff and libjpeg. Throws Error(usage) for options or painted sizes that make no sense, Error(io).
void write_pyramid_tiff(const std::filesystem::path& path, int width, int height, const PaintRegion& paint,
                        const PyramidOptions& options);

/// The same for a picture that is in memory already.
void write_pyramid_tiff(const std::filesystem::path& path, const RgbImage& picture, const PyramidOptions& options);

/// The part of `picture` inside `rect`, which must lie within it.
RgbImage crop(const RgbImage& picture, const Rect& rect);

}  // namespace slidetype
