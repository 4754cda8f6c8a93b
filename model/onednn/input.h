#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/network/architecture.h"

namespace slidetype {

/// Where the values of a tile lie in memory: how many elements apart channels, rows and columns are.
struct PixelStrides {
    std::size_t channel, row, column;
};

/// One tile (edge × edge × 3 bytes, RGB interleaved) as the network sees it: the same values, up to rounding, as the
/// libtorch backend makes. `out` holds 3 × edge × edge floats. Thread-safe.
void prepare_tile(std::span<const std::uint8_t> rgb, int edge, InputKind kind, PixelStrides strides, float* out);

/// How values are held in bytes: v as round(v / step) + zero.
struct ByteCode {
    float step = 1;
    int zero = 0;
};

/// The same values as bytes, where values beyond what bytes can hold are the last that they can. `out` holds
/// (edge + 2 · margin)² × 3 bytes, interleaved; the margin around the tile holds the byte of 0. Thread-safe.
void prepare_tile(std::span<const std::uint8_t> rgb, int edge, InputKind kind, const ByteCode& code, int margin,
                  std::uint8_t* out);

}  // namespace slidetype
