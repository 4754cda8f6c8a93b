#pragma once

#include <string>

namespace slidetype::testing {

/// A PNG file that says it has this size, of RGB with 8 bits, and holds hardly any pixels.
std::string png_that_claims(unsigned width, unsigned height);

/// The PNG file with a pHYs chunk that says how many pixels lie in a metre.
std::string png_that_says(const std::string& png, unsigned pixels_per_metre);

/// A GIF file of two frames of one pixel.
std::string animated_gif();

/// A JPEG file of four inks that does not say how they are stored.
std::string jpeg_of_untold_inks();

/// The JPEG file with an EXIF entry that says how it is to be turned, 1 … 8.
std::string turned_jpeg(const std::string& jpeg, int orientation);

}  // namespace slidetype::testing
