#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace slidetype {

/// What a TIFF says of the JPEG pictures that are its tiles.
struct JpegTileFormat {
    std::span<const std::uint8_t> tables;  ///< of the tag JPEGTables, shared by all tiles; may be empty
    bool ycbcr = true;          ///< PhotometricInterpretation: YCbCr, or else RGB; it overrides the JPEG's own
    int width = 0, height = 0;  ///< pixels that every tile must have
};

/// Decodes one baseline JPEG to 8-bit RGB as OpenSlide does (accurate transform, smooth chroma, every warning an
/// error), so the pixels are the same bit for bit. `shrink` of 2, 4 or 8 lets the decoder transform to fewer pixels:
/// the low frequencies of each block of 8 × 8, which is close to the mean of shrink × shrink pixels. Row y goes to `rgb
/// + y * stride`; width / shrink × height / shrink pixels are written, nothing beyond. False where the bytes are no
/// such JPEG of this size; what was written is then of no use. Memory is bounded by the size of the tile. Never throws.
/// Thread-safe: it keeps nothing, for a tile's own tables must not reach the next tile.
bool decode_jpeg_tile(std::span<const std::uint8_t> bytes, const JpegTileFormat& format, int shrink, std::uint8_t* rgb,
                      std::size_t stride);

}  // namespace slidetype
