#pragma once

#include <opencv2/core.hpp>
#include <string_view>

#include "base/pictures/picture_module.h"

namespace slidetype {

/// How a file may be transparent.
enum class Transparency {
    none,      ///< opaque: JPEG, and most of what there is
    channel,   ///< a channel, palette or colour of a PNG, or a WebP file: OpenCV makes a channel of it
    grey_key,  ///< one grey level of a grey PNG, which OpenCV does not know
    bmp,       ///< a fourth byte in a BMP
    tiff,      ///< a TIFF may have a sample for it
};

/// From the head of the file alone; pixels are not looked at.
Transparency transparency_of(std::string_view bytes);

/// What is told of a fourth sample.
struct AlphaKind {
    bool associated = false;       ///< colours are multiplied by it already
    bool zero_is_padding = false;  ///< where it is 0 everywhere it is no transparency: many programs fill up with 0
    bool rounds = false;           ///< 16 bits become 8 by rounding, as libtiff has it, and not by cutting, as libpng
};

/// Lays a picture over white, which is what glass looks like. `bgra` has four channels of 8 or 16 bits, not associated
/// unless `kind` says so. Opaque pixels get the bytes that the decoder gives them in opaque pictures.
DecodedPicture over_white(const cv::Mat& bgra, AlphaKind kind = {});

/// BGRA from what OpenCV decodes of a grey PNG, one channel of 8 or 16 bits.
cv::Mat with_grey_key(const cv::Mat& grey, std::string_view png);

/// Turns and mirrors as an EXIF or TIFF orientation asks for.
void turn_upright(cv::Mat& picture, int orientation);

}  // namespace slidetype
