#pragma once

#include "base/raster.h"
#include "tiler/tiles/tissue_mask.h"

namespace slidetype {

/// The slide as pictures of a result show it. Its longer side has at most kLongestOverview pixels.
struct Overview {
    RgbImage picture;
    double scale_x = 1, scale_y = 1;  ///< level-0 pixels per pixel of the picture
};

inline constexpr int kLongestOverview = 1600;

/// The thumbnail of a mask, averaged down where it is larger (one of 32 million pixels would be kept for nothing until
/// the pictures are drawn). The mask is left without.
Overview take_overview(TissueMask& mask);

}  // namespace slidetype
