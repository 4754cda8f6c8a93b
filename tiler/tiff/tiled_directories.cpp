#include "tiler/tiff/tiled_directories.h"

#include <algorithm>
#include <optional>

#include "tiler/tiff/tiff_file.h"

namespace slidetype {
namespace {

constexpr std::int64_t kMostTilePixels = std::int64_t{1} << 22;    // 2048 × 2048
constexpr std::uint64_t kMostTileBytes = std::uint64_t{1} << 25;   // eight for each of these pixels
constexpr std::uint32_t kMostTableBytes = std::uint32_t{1} << 16;  // two tables of either kind take 600
constexpr std::int64_t kMostEdge = std::int64_t{1} << 24;

/// The layout that OpenSlide, too, hands to libjpeg as it is, and no tag that would change what the bytes mean.
bool is_jpeg_rgb(TIFF* tiff) {
    const auto photometric = tiff_field<std::uint16_t>(tiff, TIFFTAG_PHOTOMETRIC);
    return tiff_field<std::uint16_t>(tiff, TIFFTAG_COMPRESSION) == COMPRESSION_JPEG &&
           tiff_field<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_CONTIG &&
           (photometric == PHOTOMETRIC_RGB || photometric == PHOTOMETRIC_YCBCR) &&
           tiff_field<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE) == 8 &&
           tiff_field<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL) == 3 &&
           tiff_field<std::uint16_t>(tiff, TIFFTAG_FILLORDER).value_or(FILLORDER_MSB2LSB) == FILLORDER_MSB2LSB &&
           tiff_field<std::uint16_t>(tiff, TIFFTAG_ORIENTATION).value_or(ORIENTATION_TOPLEFT) == ORIENTATION_TOPLEFT &&
           tiff_field<std::uint32_t>(tiff, TIFFTAG_IMAGEDEPTH).value_or(1) == 1 &&
           tiff_field<std::uint32_t>(tiff, TIFFTAG_TILEDEPTH).value_or(1) == 1;
}

/// Of a picture whose samples lie apart, those of its first plane; they count as missing where all planes miss them.
std::vector<FileTile> tiles_of(TIFF* tiff, std::size_t count, std::size_t planes, std::uint64_t file_size) {
    const std::uint64_t *offsets = nullptr, *sizes = nullptr;
    if (TIFFGetField(tiff, TIFFTAG_TILEOFFSETS, &offsets) != 1 || offsets == nullptr) return {};
    if (TIFFGetField(tiff, TIFFTAG_TILEBYTECOUNTS, &sizes) != 1 || sizes == nullptr) return {};
    std::vector<FileTile> tiles(count);
    for (std::size_t i = 0; i < count; ++i) {
        const bool inside = offsets[i] <= file_size && sizes[i] <= file_size - offsets[i];
        const bool plausible = inside && sizes[i] <= kMostTileBytes;
        bool missing = true;
        for (std::size_t plane = 0; plane < planes; ++plane)
            missing = missing && (sizes[plane * count + i] == 0 || offsets[plane * count + i] == 0);
        tiles[i] = {offsets[i], missing                      ? 0
                                : plausible && sizes[i] != 0 ? static_cast<std::uint32_t>(sizes[i])
                                                             : kTooManyBytes};
    }
    return tiles;
}

/// `most_tiles` is what the file's size warrants for all directories that are still to come.
std::optional<TiledDirectory> current_directory(TIFF* tiff, std::uint64_t file_size, std::uint64_t most_tiles) {
    TiledDirectory directory;
    directory.width = tiff_field<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH).value_or(0);
    directory.height = tiff_field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH).value_or(0);
    const std::int64_t tile_width = tiff_field<std::uint32_t>(tiff, TIFFTAG_TILEWIDTH).value_or(0);
    const std::int64_t tile_height = tiff_field<std::uint32_t>(tiff, TIFFTAG_TILELENGTH).value_or(0);
    const auto in_range = [](std::int64_t edge) { return edge > 0 && edge <= kMostEdge; };
    if (!in_range(directory.width) || !in_range(directory.height) || !in_range(tile_width) || !in_range(tile_height))
        return std::nullopt;
    directory.tile_width = static_cast<int>(tile_width), directory.tile_height = static_cast<int>(tile_height);
    directory.columns = (directory.width + tile_width - 1) / tile_width;
    directory.rows = (directory.height + tile_height - 1) / tile_height;
    directory.main = TIFFCurrentDirectory(tiff) == 0 ||
                     (tiff_field<std::uint32_t>(tiff, TIFFTAG_SUBFILETYPE).value_or(0) & FILETYPE_REDUCEDIMAGE) != 0;
    directory.jpeg_rgb =
        is_jpeg_rgb(tiff) && tile_width * tile_height <= kMostTilePixels && tile_width % 8 == 0 && tile_height % 8 == 0;
    directory.ycbcr = tiff_field<std::uint16_t>(tiff, TIFFTAG_PHOTOMETRIC) == PHOTOMETRIC_YCBCR;

    const auto count = static_cast<std::uint64_t>(directory.columns * directory.rows);
    const std::uint64_t planes = tiff_field<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_CONTIG
                                     ? 1
                                     : tiff_field<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL).value_or(1);
    if (count <= most_tiles && count * planes == TIFFNumberOfTiles(tiff))
        directory.tiles = tiles_of(tiff, static_cast<std::size_t>(count), static_cast<std::size_t>(planes), file_size);
    directory.jpeg_rgb = directory.jpeg_rgb && !directory.tiles.empty();
    directory.has_missing_tiles = std::any_of(directory.tiles.begin(), directory.tiles.end(),
                                              [](const FileTile& tile) { return tile.bytes == 0; });

    std::uint32_t size = 0;
    const std::uint8_t* tables = nullptr;
    if (directory.jpeg_rgb && TIFFGetField(tiff, TIFFTAG_JPEGTABLES, &size, &tables) == 1 && tables != nullptr) {
        if (size > kMostTableBytes) directory.jpeg_rgb = false;
        directory.tables.assign(tables, tables + std::min(size, kMostTableBytes));
    }
    return directory;
}

/// Whether the picture of the directory is cut into strips, all of which lie in the file.
bool is_whole_in_strips(TIFF* tiff, std::uint64_t file_size) {
    const std::uint64_t *offsets = nullptr, *sizes = nullptr;
    if (TIFFIsTiled(tiff) != 0 || tiff_field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH).value_or(0) == 0) return false;
    if (TIFFGetField(tiff, TIFFTAG_STRIPOFFSETS, &offsets) != 1 || offsets == nullptr) return false;
    if (TIFFGetField(tiff, TIFFTAG_STRIPBYTECOUNTS, &sizes) != 1 || sizes == nullptr) return false;
    const auto count = TIFFNumberOfStrips(tiff);
    for (std::uint32_t i = 0; i < count; ++i) {
        if (sizes[i] == 0 || offsets[i] > file_size || sizes[i] > file_size - offsets[i]) return false;
    }
    return count > 0;
}

}  // namespace

bool is_whole_picture_in_strips(const ReadOnlyFile& file) {
    const TiffHandle tiff = open_tiff(file);
    if (!tiff) return false;
    int count = 0;
    do {
        if (++count > kMostTiffDirectories || !is_whole_in_strips(tiff.get(), file.size())) return false;
    } while (TIFFReadDirectory(tiff.get()) == 1);
    return true;
}

std::vector<TiledDirectory> tiled_directories(const ReadOnlyFile& file) {
    std::vector<TiledDirectory> directories;
    const TiffHandle tiff = open_tiff(file);
    if (!tiff) return directories;
    int count = 0;
    std::uint64_t most_tiles =
        file.size() / 4;  // the file spends two bytes or more on a tile's offset, and on its size
    do {
        if (++count > kMostTiffDirectories) return {};
        if (TIFFIsTiled(tiff.get()) == 0) continue;
        auto directory = current_directory(tiff.get(), file.size(), most_tiles);
        if (!directory) return {};
        most_tiles -= directory->tiles.size();
        directories.push_back(std::move(*directory));
    } while (TIFFReadDirectory(tiff.get()) == 1);
    return directories;
}

}  // namespace slidetype
