// Layout of the file:
//   directory 0   level 0, NewSubfileType 0
//   directory k   level k, NewSubfileType "reduced image", which is how OpenSlide's generic-tiff knows a level
// Every directory is tiled, JPEG, YCbCr, with quantisation tables shared in JPEGTables and Huffman tables made to
// measure in each tile (smaller than the default ones).
#include "sample_slides/pyramid_tiff.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "tiler/tiff/tiff_writer.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

void check_options(const std::string& file, int width, int height, const PyramidOptions& options) {
    const auto require = [&](bool ok, const char* cause) {
        if (!ok) throw Error(ErrorCode::usage, file, cause);
    };
    require(width > 0 && height > 0, "a slide needs at least one pixel");
    require(options.spacing_um_px > 0, "the spacing must be greater than 0");
    require(options.tile_px > 0 && options.tile_px % 16 == 0, "the tile size must be a multiple of 16");
    require(options.quality >= 1 && options.quality <= 100, "the JPEG quality must be 1 to 100");
    require(options.levels >= 1, "a pyramid needs at least one level");
    require(options.step == 2 || options.step == 4 || options.step == 8 || options.step == 16,
            "the step between levels must be 2, 4, 8 or 16");
}

void begin_directory(TiffWriter& tiff, int level, int width, int height, double spacing_um_px,
                     const PyramidOptions& options) {
    const auto sampling = static_cast<int>(options.halve_chroma ? 2 : 1);
    tiff.set(TIFFTAG_SUBFILETYPE, level == 0 ? 0 : FILETYPE_REDUCEDIMAGE);
    tiff.set({width, height, options.tile_px, spacing_um_px, spacing_um_px});
    tiff.set(TIFFTAG_COMPRESSION, COMPRESSION_JPEG);
    tiff.set(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_YCBCR);
    tiff.set(TIFFTAG_YCBCRSUBSAMPLING, sampling, sampling);
    tiff.set(TIFFTAG_JPEGQUALITY, options.quality);
    tiff.set(TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    tiff.set(TIFFTAG_JPEGTABLESMODE, JPEGTABLESMODE_QUANT);
    if (level == 0 && !options.description.empty()) tiff.set(TIFFTAG_IMAGEDESCRIPTION, options.description.c_str());
}

/// `picture` on a square of `edge` pixels, its last column and row repeated: repeating, unlike a white margin, leaves
/// no ringing along the slide's edge.
RgbImage pad(const RgbImage& picture, int edge) {
    RgbImage padded(edge, edge);
    for (int y = 0; y < edge; ++y) {
        const int from = std::min(y, picture.height - 1);
        std::memcpy(padded.at(0, y), picture.at(0, from), static_cast<std::size_t>(picture.width) * 3);
        for (int x = picture.width; x < edge; ++x) {
            std::memcpy(padded.at(x, y), picture.at(picture.width - 1, from), 3);
        }
    }
    return padded;
}

/// Writes the means of step × step pixels of `tile`, which lies at (x, y) of its level, into the level below.
void reduce_into(RgbImage& below, const RgbImage& tile, int x, int y, int step) {
    const int columns = std::min(tile.width / step, below.width - x / step);
    const int rows = std::min(tile.height / step, below.height - y / step);
    const auto count = static_cast<unsigned>(step * step);
    for (int j = 0; j < rows; ++j) {
        for (int i = 0; i < columns; ++i) {
            unsigned sum[3] = {};
            for (int dy = 0; dy < step; ++dy) {
                const std::uint8_t* pixel = tile.at(i * step, j * step + dy);
                for (int k = 0; k < 3 * step; ++k) sum[k % 3] += pixel[k];
            }
            std::uint8_t* to = below.at(x / step + i, y / step + j);
            for (int c = 0; c < 3; ++c) to[c] = static_cast<std::uint8_t>((sum[c] + count / 2) / count);
        }
    }
}

/// Writes all tiles of one level and, unless it is null, fills the next level below.
void write_level(TiffWriter& tiff, int width, int height, const PaintRegion& paint, const PyramidOptions& options,
                 RgbImage* below) {
    const int edge = options.tile_px;
    for (int y = 0; y < height; y += edge) {
        for (int x = 0; x < width; x += edge) {
            const Rect rect{x, y, std::min(edge, width - x), std::min(edge, height - y)};
            const RgbImage tile = paint(rect);
            if (tile.width != rect.width || tile.height != rect.height) {
                throw Error(ErrorCode::usage, "pyramid", "the painted region has another size than was asked for");
            }
            tiff.write_tile(pad(tile, edge).pixels, x, y);
            if (below != nullptr) reduce_into(*below, tile, x, y, options.step);
        }
    }
    tiff.finish_directory();
}

}  // namespace

RgbImage crop(const RgbImage& picture, const Rect& rect) {
    RgbImage part(static_cast<int>(rect.width), static_cast<int>(rect.height));
    for (int y = 0; y < part.height; ++y) {
        std::memcpy(part.at(0, y), picture.at(static_cast<int>(rect.x), static_cast<int>(rect.y) + y),
                    static_cast<std::size_t>(part.width) * 3);
    }
    return part;
}

void write_pyramid_tiff(const fs::path& path, int width, int height, const PaintRegion& paint,
                        const PyramidOptions& options) {
    check_options(path.string(), width, height, options);
    constexpr std::int64_t kClassicTiffLimit = std::int64_t{4} << 30;
    TiffWriter tiff(path, std::int64_t{width} * height * 3 > kClassicTiffLimit);
    RgbImage current, below;
    PaintRegion paint_level = paint;
    double spacing = options.spacing_um_px;
    for (int level = 0; level < options.levels && width > 0 && height > 0; ++level) {
        const bool last = level + 1 == options.levels;
        below = last ? RgbImage{} : RgbImage(width / options.step, height / options.step);
        begin_directory(tiff, level, width, height, spacing, options);
        write_level(tiff, width, height, paint_level, options, below.empty() ? nullptr : &below);
        current = std::move(below);
        paint_level = [&current](const Rect& rect) { return crop(current, rect); };
        width = current.width;
        height = current.height;
        spacing *= options.step;
    }
    tiff.commit();
}

void write_pyramid_tiff(const fs::path& path, const RgbImage& picture, const PyramidOptions& options) {
    write_pyramid_tiff(
        path, picture.width, picture.height, [&](const Rect& rect) { return crop(picture, rect); }, options);
}

}  // namespace slidetype
