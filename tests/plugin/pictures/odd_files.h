#pragma once

#include <string>

namespace slidetype::testing {

/// A PNG file that says it has this size, of RGB with 8 bits, and holds hardly any pixels.
std::string png_that_claims(unsigned width, unsigned height);

/// A GIF file of two frames of one pixel.
std::string animated_gif();

/// A JPEG file of four inks that does not say how they are stored.
std::string jpeg_of_untold_inks();

}  // namespace slidetype::testing
