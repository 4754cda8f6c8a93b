#pragma once

#include <opencv2/core.hpp>

#include "base/raster.h"

namespace slidetype {

/// Brings `from` (8-bit RGB) to the size of `to`, which must not share its pixels: each axis is shrunk by area
/// averaging or enlarged linearly. As cv::resize does with INTER_AREA and INTER_LINEAR, up to a grey level, but that
/// averages only where both axes shrink, and takes 2.6 times as long where a pixel is no whole number of pixels.
void resample(const cv::Mat& from, cv::Mat& to);

/// The same of a whole picture.
RgbImage resampled(RgbImage image, int width, int height);

/// A part of a picture whose edges may lie between its pixels, in pixels of the picture.
struct Window {
    double x = 0, y = 0, width = 0, height = 0;
};

/// Brings the window, which lies in `from` (8-bit RGB, shrunk by a decoder already), to the size of `to`: each pixel of
/// the result is the mean over its own area, pixels counting by the part that is in it. Pixels beyond the window do not
/// count.
void resample_window(const cv::Mat& from, const Window& window, cv::Mat& to);

/// Brings `part` of what `from` shows, which is `whole` shrunk by `shrink` (1, 2, 4 or 8), to the size of `to`: as
/// resample() where nothing was shrunk, else as resample_window().
void resample_part(const cv::Mat& from, const Rect& part, const Rect& whole, int shrink, cv::Mat& to);

}  // namespace slidetype
