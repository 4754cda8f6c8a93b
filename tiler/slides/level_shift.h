#pragma once

#include <array>
#include <cstdint>

#include "base/raster.h"

namespace slidetype {

/// A level whose downsample is no whole number, and the lattice of cells that it is read in (see OpenSlidePixels).
struct ShiftedLevel {
    std::int64_t width = 0, height = 0;
    double downsample = 1;
    std::int64_t cell_width = 0, cell_height = 0;
    std::int64_t tile_width = 0, tile_height = 0;  ///< of the file's own tiles, which OpenSlide draws one by one
    std::array<std::uint8_t, 3> background{255, 255, 255};
};

/// Each cell's corner falls between pixels of the level, and OpenSlide moves the picture there by up to half a level-0
/// pixel. This does the same to `rect`, which lies in the level (pixels of the level). `exact` holds the file's pixels
/// of the rect and of one pixel more on every side; what of it lies beyond the level is not looked at. The result goes
/// to `out`, whose upper left pixel is (origin_x, origin_y) of the level. The same as OpenSlide 3.4 with cairo 1.16 and
/// pixman 0.42 to one grey level; thread-safe.
void shift_like_openslide(const ShiftedLevel& level, const RgbImage& exact, const Rect& rect, RgbImage& out,
                          std::int64_t origin_x, std::int64_t origin_y);

}  // namespace slidetype
