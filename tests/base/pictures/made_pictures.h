#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace slidetype::testing {

/// The samples of the pixel at x, y as the file shall hold them, 0 … 255; where it has 16 bits they are spread.
using Samples = std::function<std::vector<int>(int x, int y)>;

/// What tests paint where any colours will do: each sample changes with the place.
std::vector<int> ramp_rgb(int x, int y);
std::vector<int> ramp_rgba(int x, int y);  ///< clear at the left edge
std::vector<int> ramp_grey(int x, int y);
std::vector<int> ramp_grey_alpha(int x, int y);
std::vector<int> ramp_inks(int x, int y);

struct PngLook {
    int width = 64, height = 48;
    int colour_type = 6;  ///< 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
    int bits = 8;         ///< 8 or 16; of palettes and grey 1, 2 and 4, too
    bool interlaced = false;
    std::vector<std::pair<std::string, std::string>> chunks{};  ///< before the pixels: name, data
};
std::string png(const PngLook& look, const Samples& samples);

struct TiffLook {
    int width = 64, height = 48;
    int photometric = 2;  ///< 0 grey (0 is white), 1 grey, 2 RGB, 3 palette (of what `tiff_palette` gives), 5 CMYK
    int bits = 8;         ///< 8, 16 or 32
    int samples = 4;
    std::vector<int> extra{};  ///< of ExtraSamples: 0 unspecified, 1 associated, 2 unassociated; empty: no such tag
    bool planar = false;
    int tile = 0;  ///< edge of its tiles; 0: two strips
    int orientation = 1;
    int pixels_per_cm = 0;      ///< 0: not said
    std::string description{};  ///< ImageDescription; empty: none
    int pages = 1;              ///< directories, all of the same pixels
};
/// The colour that a TIFF's palette has at `index`, 0 … 255.
std::vector<int> tiff_palette(int index);
std::string tiff(const TiffLook& look, const Samples& samples);

/// 32 bits a pixel, B, G, R and a fourth byte, which is alpha where the file says so.
std::string bmp(bool says_alpha, const Samples& bgra);

struct BmpLook {
    int width = 64, height = 48;
    bool palette = false;  ///< of 256 greys, from light to dark; else 24 bits
    bool from_top = false;
    int pixels_per_m = 0;
};
/// Samples are B, G, R, or the index.
std::string bmp(const BmpLook& look, const Samples& samples);

struct JpegLook {
    int width = 64, height = 48;
    int samples = 3;  ///< 1 grey, 3 RGB, 4 inks, as Adobe stores them
    bool progressive = false;
    int pixels_per_inch = 0;  ///< 0: not said
    std::string exif{};       ///< what exif() gives; empty: none
};
std::string jpeg(const JpegLook& look, const Samples& samples);

/// An EXIF block, from the order of its bytes on: how the picture is turned and, where it is not 0, its resolution.
std::string exif(int orientation, int pixels_per_cm = 0);

/// A WebP file with an EXIF block, from one without.
std::string webp_with_exif(const std::string& webp, int width, int height, bool alpha, const std::string& exif);

/// "\0\1" and the like, of bytes.
std::string bytes(const std::vector<int>& values);

}  // namespace slidetype::testing
