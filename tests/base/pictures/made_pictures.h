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

struct PngLook {
    int width = 64, height = 48;
    int colour_type = 6;                                        ///< 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
    int bits = 8;                                               ///< 8 or 16
    std::vector<std::pair<std::string, std::string>> chunks{};  ///< before the pixels: name, data
};
std::string png(const PngLook& look, const Samples& samples);

struct TiffLook {
    int width = 64, height = 48;
    int photometric = 2;  ///< 1 grey, 2 RGB, 5 CMYK
    int bits = 8;         ///< 8, 16 or 32
    int samples = 4;
    std::vector<int> extra{};  ///< of ExtraSamples: 0 unspecified, 1 associated, 2 unassociated; empty: no such tag
    bool planar = false;
    int tile = 0;  ///< edge of its tiles; 0: two strips
    int orientation = 1;
};
std::string tiff(const TiffLook& look, const Samples& samples);

/// 32 bits a pixel, B, G, R and a fourth byte, which is alpha where the file says so.
std::string bmp(bool says_alpha, const Samples& bgra);

/// "\0\1" and the like, of bytes.
std::string bytes(const std::vector<int>& values);

}  // namespace slidetype::testing
