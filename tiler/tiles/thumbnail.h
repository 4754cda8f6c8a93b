#pragma once

#include <functional>
#include <vector>

#include "base/raster.h"
#include "tiler/slides/slide.h"

namespace slidetype {

/// The whole slide on one small picture.
struct Thumbnail {
    RgbImage image;
    double scale_x = 1, scale_y = 1;  ///< level-0 pixels per pixel of the picture
    std::vector<Rect> unreadable;     ///< in pixels of the picture; white there
};

/// Of a thumbnail. A whole glass slide of 25 × 75 mm has 29 million at 8 µm/px.
inline constexpr std::int64_t kMostThumbnailPixels = std::int64_t{1} << 25;

/// Shrinks the slide to about `spacing_um_px` (5 to 11 for 8; coarser where the picture would exceed 32 Mpixel, finer
/// never than the slide) by plain averaging over whole pixels of one level. Reads in squares, so memory stays bounded
/// by the picture and one square. Never throws for unreadable pixels; throws Error(cancelled)
/// soon after asked to stop. Deterministic, thread-safe.
Thumbnail make_thumbnail(const Slide& slide, const Spacing& spacing, double spacing_um_px,
                         const std::function<bool()>& stop_requested = {});

}  // namespace slidetype
