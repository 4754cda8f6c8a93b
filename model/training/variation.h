#pragma once

#include "base/random.h"
#include "base/raster.h"

namespace slidetype {

/// How far the training pictures are varied. Angles in degrees, factors as ± shares, shares as probabilities.
struct Augmentation {
    double shear = 0.2;            ///< horizontal shift per unit of height, ±
    double zoom = 0.25;            ///< scale drawn from 1 / (1 + zoom) … 1 + zoom
    bool flip = true;              ///< horizontally, half of the time
    bool right_angles = true;      ///< 0, 90, 180 or 270 degrees
    double rotation_degrees = 15;  ///< besides the right angles, ±
    double stain = 0.25;           ///< hematoxylin and eosin each scaled by 1 ± stain, in optical density
    double stain_vectors = 0.1;   ///< standard deviation of what is added to each component of the stains' unit vectors
    double white_balance = 0.15;  ///< each colour channel scaled by 1 ± this
    double brightness = 0.15;     ///< all channels scaled by 1 ± this
    double blur_px = 1.2;         ///< standard deviation up to this, in pixels of the picture, 3 times in 10
    double sharpening = 1;        ///< up to so much of the difference to a blurred picture added, 2 times in 10
    double noise = 4;             ///< standard deviation up to this, in grey levels, 2 times in 10
    /// Brought to a size between that of the network's field and this many times it before it is brought to the
    /// network's field, as slides are that are read from one level or another, half of the time; 1 for never.
    double levels = 2.5;
    int jpeg_quality = 35;  ///< recompressed at this quality or better, 3 times in 10; 0 for never
    double borders = 0.3;   ///< share of the pictures that are joined with another along a straight border
};

/// Nothing is varied.
Augmentation no_variation();

/// A picture turned, mirrored, zoomed and sheared about its middle, at `edge_px` × `edge_px`, bilinearly; what lies
/// beyond its borders is mirrored.
RgbImage moved(const RgbImage& picture, int edge_px, const Augmentation& how, Random& random);

/// `first` on one side and `second` on the other of a straight border in any direction; both of one size. `share`: of
/// `first`, between 0 and 1, up to what whole pixels allow.
RgbImage joined(const RgbImage& first, const RgbImage& second, double share, Random& random);

/// As other optics, scanners and file formats would have given it, at `patch_size_px`: sharpness, noise, the size at
/// which it was kept, compression, then stains and light. Rounded to whole grey levels.
RgbImage acquired(RgbImage picture, int patch_size_px, const Augmentation& how, Random& random);

}  // namespace slidetype
