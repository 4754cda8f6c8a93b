#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace slidetype {

/// What a TIFF says of the JPEG pictures that are its tiles.
struct JpegTileFormat {
    std::span<const std::uint8_t> tables;  ///< of the tag JPEGTables, shared by all tiles; may be empty
    bool ycbcr = true;                     ///< the colours that are stored: YCbCr, or else RGB, whatever the JPEG says
    int width = 0, height = 0;             ///< pixels that every tile must have
};

/// The colours that a JPEG itself claims to hold. `perhaps_ycbcr`: its components are numbered 1, 2, 3, as those of
/// YCbCr are, which some encoders do for RGB, too.
enum class JpegColours { unknown, rgb, ycbcr, perhaps_ycbcr };

/// What of a JPEG's own says so: chroma of fewer pixels, the markers of JFIF and Adobe, the names of its components.
/// `unknown` where nothing does, where signs contradict each other, and for what is no JPEG of three components.
/// `tables`: as in JpegTileFormat. Never throws. Thread-safe.
JpegColours colours_of_jpeg(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> tables);

/// Decodes one baseline JPEG to 8-bit RGB as OpenSlide does (accurate transform, smooth chroma, every warning an
/// error), so the pixels are the same bit for bit. `shrink` of 2, 4 or 8 lets the decoder transform to fewer pixels:
/// the low frequencies of each block of 8 × 8, which is close to the mean of shrink × shrink pixels. Row y goes to `rgb
/// + y * stride`; width / shrink × height / shrink pixels are written, nothing beyond. False where the bytes are no
/// such JPEG of this size; what was written is then of no use. Memory is bounded by the size of the tile. Never throws.
/// Thread-safe: it keeps nothing, for a tile's own tables must not reach the next tile.
bool decode_jpeg_tile(std::span<const std::uint8_t> bytes, const JpegTileFormat& format, int shrink, std::uint8_t* rgb,
                      std::size_t stride);

}  // namespace slidetype
