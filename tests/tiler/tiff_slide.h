#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/raster.h"

namespace slidetype::testing {

/// One of the file's own tiles.
struct TiffTile {
    int level = 0, column = 0, row = 0;
};

/// How to write a test slide.
struct TiffSlide {
    enum class Codec { deflate, jpeg };  ///< deflate keeps every pixel as it is
    int levels = 1;                      ///< each half as large as the one before, rounded down
    int tile = 64;                       ///< edge of the file's tiles, a multiple of 16
    Codec codec = Codec::deflate;
    std::optional<double> um_px_x, um_px_y;  ///< written as resolution tags in pixels per centimetre
    std::string description;        ///< ImageDescription; one that starts with "Aperio" makes it an Aperio slide
    std::vector<TiffTile> corrupt;  ///< hold garbage in place of pixels
    std::vector<TiffTile> missing;  ///< are not in the file
};

/// Writes `picture` as a tiled pyramidal TIFF that OpenSlide opens as generic-tiff.
void write_tiff_slide(const std::filesystem::path& path, const RgbImage& picture, const TiffSlide& slide = {});

/// A picture from a function of the pixel that returns {r, g, b}.
template <typename Function>
RgbImage paint_picture(int width, int height, Function colour) {
    RgbImage picture(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const auto rgb = colour(x, y);
            for (std::size_t c = 0; c < 3; ++c) picture.at(x, y)[c] = static_cast<std::uint8_t>(rgb[c]);
        }
    }
    return picture;
}

/// Colour noise without structure, the same in every run.
RgbImage noise_picture(int width, int height, unsigned seed = 1);

}  // namespace slidetype::testing
