#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/raster.h"

namespace slidetype {

/// A picture, or a part of one, whose pixels somebody else keeps: 8-bit RGB, interleaved.
struct RgbView {
    const std::uint8_t* pixels = nullptr;
    int width = 0, height = 0;
    std::ptrdiff_t stride = 0;  ///< bytes from one row to the next

    RgbView() = default;
    RgbView(const RgbImage& image)
        : pixels(image.pixels.data()),
          width(image.width),
          height(image.height),
          stride(static_cast<std::ptrdiff_t>(image.width) * 3) {}
    const std::uint8_t* row(int y) const { return pixels + y * stride; }
    /// The rect must lie within.
    RgbView part(const Rect& rect) const;
};

/// What resampling gives, and to where: width × height pixels, interleaved without gaps. May not be where it comes
/// from.
struct RgbTarget {
    std::span<std::uint8_t> pixels;
    int width = 0, height = 0;

    RgbTarget(std::span<std::uint8_t> to, int w, int h) : pixels(to), width(w), height(h) {}
    RgbTarget(RgbImage& image) : RgbTarget(image.pixels, image.width, image.height) {}
};

/// A part of a picture whose edges may lie between its pixels, in pixels of the picture.
struct Window {
    double x = 0, y = 0, width = 0, height = 0;
};
/// Where `part` lies in a picture of `whole` that a decoder shrank by `shrink` (1, 2, 4 or 8).
Window window_of(const Rect& part, const Rect& whole, int shrink);

/// Which pixels resample() and resample_window() give. Raise it when they give others: then a training that was begun
/// is not gone on with.
inline constexpr int kResamplingKernel = 2;  // 2: as Pillow does

// What a network is shown goes through these, on its way from slides and from pictures, in training and in use. Each
// axis is weighed by a triangle that reaches as far to both sides of an output pixel's centre as an output pixel is
// wide, and at least one pixel: bilinear where that enlarges, and free of aliasing where it shrinks. That is what
// Pillow's (so torchvision's and WSInfer's) antialiased BILINEAR computes, to one grey level, but that it rounds in
// between. A picture of the same size is copied. All of it is thread-safe, and gives the same bytes on every processor.

/// Brings `from` to the size of `to`.
void resample(const RgbView& from, const RgbTarget& to);

/// The same of a whole picture.
RgbImage resampled(RgbImage image, int width, int height);

/// The same of a window of `from`. Pixels beyond the window do not count, and those that it cuts count by the part that
/// is in it.
void resample_window(const RgbView& from, const Window& window, const RgbTarget& to);

// Plain means over the area of each output pixel, for what stands for coarser pixels (levels of a pyramid) and where
// thresholds were measured with them.

/// Brings a window of `from` to the size of `to`; where that enlarges an axis, as resample_window().
void average_window(const RgbView& from, const Window& window, const RgbTarget& to);

/// The same of a whole picture.
RgbImage averaged(const RgbImage& image, int width, int height);

}  // namespace slidetype
