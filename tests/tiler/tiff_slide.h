#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/raster.h"
#include "tests/painted.h"

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
    bool big = false;               ///< BigTIFF
    bool big_endian = false;
    bool rgb = false;                ///< JPEG without colour transform, as Aperio writes it
    int chroma_x = 2, chroma_y = 2;  ///< subsampling of JPEG in YCbCr
    bool shared_tables = true;       ///< JPEGTables; else every tile has its own
    /// Makes the bytes of a tile (RGB, edge × edge) in place of libtiff's codec.
    std::function<std::vector<std::uint8_t>(const std::vector<std::uint8_t>& rgb, int edge)> encode;
    int quality = 90;             ///< of JPEG
    std::string software;         ///< "Philips…", with a description to match: a Philips slide
    int pad_to = 1;               ///< sizes of the directories are rounded up to multiples of this
    bool planar = false;          ///< red, green and blue in tiles of their own
    std::uint32_t icc_bytes = 0;  ///< of a colour profile; 0: none
};

/// Writes `picture` as a tiled pyramidal TIFF that OpenSlide opens as generic-tiff.
void write_tiff_slide(const std::filesystem::path& path, const RgbImage& picture, const TiffSlide& slide = {});

/// Sets a number (all of them, where there are several) of a tag that every directory has, leaving all else as it is.
/// Of little-endian TIFFs that are not big.
void set_tag(const std::filesystem::path& path, std::uint16_t tag, std::uint32_t value);

/// A small picture in strips, as cameras write it.
void write_plain_tiff(const std::filesystem::path& path);

/// The description of a Philips slide with these level sizes in level-0 pixels per pixel 1, 2, 4 …
std::string philips_description(int levels, double um_px);

/// The description of a Leica slide of 26 × 26 mm at 0.5 µm/px, on which a picture of this size, in two levels, lies at
/// (x, y), all in level-0 pixels.
std::string leica_description(int width, int height, int x, int y);

/// Where the bytes of a tile lie in a file that write_tiff_slide wrote.
struct TileBytes {
    std::uint64_t offset = 0, size = 0;
};
TileBytes bytes_of_tile(const std::filesystem::path& path, const TiffTile& tile);

/// A picture with edges and smooth parts in many colours, as tissue has them; the same in every run.
RgbImage tissue_like_picture(int width, int height);

/// Colour noise without structure, the same in every run.
RgbImage noise_picture(int width, int height, unsigned seed = 1);

}  // namespace slidetype::testing
