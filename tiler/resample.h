#pragma once

#include <opencv2/core.hpp>

#include "base/raster.h"

namespace slidetype {

/// Brings `from` (8-bit RGB) to the size of `to`, which must not share its pixels: each axis is shrunk by area
/// averaging or enlarged linearly. cv::resize's own INTER_AREA averages only where both axes shrink, hence two steps.
void resample(const cv::Mat& from, cv::Mat& to);

/// The same of a whole picture.
RgbImage resampled(RgbImage image, int width, int height);

}  // namespace slidetype
