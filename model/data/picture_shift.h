#pragma once

#include <span>
#include <string_view>

#include "base/raster.h"

namespace slidetype {

/// A fixed change to a picture that another scanner, stain batch or file format might make. A model whose accuracy
/// falls under these has learned colour or sharpness instead of tissue.
struct PictureShift {
    std::string_view name;         ///< stable key, such as "white_balance_warm"
    std::string_view description;  ///< such as "red × 1.1, blue × 0.85"
    RgbImage (*apply)(const RgbImage&);
};

/// White balance (two), hematoxylin ± 25 %, eosin ± 25 %, brightness ± 15 %, blur of 1 px, JPEG quality 40, zoom 0.8
/// and 1.25. Deterministic and thread-safe. Empty where slidetype was built without OpenCV.
std::span<const PictureShift> picture_shifts();

}  // namespace slidetype
