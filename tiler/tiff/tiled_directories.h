#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/read_only_file.h"

namespace slidetype {

/// One tile's bytes in the file.
struct FileTile {
    std::uint64_t offset = 0;
    std::uint32_t bytes =
        0;  ///< 0: no tile is there (no bytes, or no offset); kTooManyBytes: outside the file or not believable
};
inline constexpr std::uint32_t kTooManyBytes = UINT32_MAX;

/// A tiled directory of a TIFF.
struct TiledDirectory {
    std::int64_t width = 0, height = 0;  ///< pixels
    int tile_width = 0, tile_height = 0;
    std::int64_t columns = 0, rows = 0;  ///< of tiles
    bool main = false;      ///< the file's first directory, or marked as reduced: what OpenSlide takes for a level
    bool jpeg_rgb = false;  ///< 8-bit JPEG in three interleaved samples, of a believable tile size
    bool ycbcr = false;     ///< else RGB
    bool has_missing_tiles = false;
    std::vector<std::uint8_t> tables;  ///< of JPEGTables; empty where there are none
    std::vector<FileTile> tiles;       ///< columns × rows, row by row; empty where they cannot be had
};

/// The tiled directories of a TIFF or BigTIFF in the order of the file, read with libtiff; empty where it is none or
/// damaged. Every offset and size is checked against the file's size, and nothing is allocated beyond what the file's
/// size warrants. Never throws but std::bad_alloc. `file` stays open.
std::vector<TiledDirectory> tiled_directories(const ReadOnlyFile& file);

/// Whether the file is a TIFF that no slide scanner makes: all pictures in strips, not in tiles, and nothing of them
/// missing. Never throws but std::bad_alloc.
bool is_whole_picture_in_strips(const ReadOnlyFile& file);

}  // namespace slidetype
