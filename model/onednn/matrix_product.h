#pragma once

#include <cstddef>
#include <span>

namespace slidetype {

/// A matrix in memory, row-major, read as it lies or turned over.
struct MatrixView {
    std::span<const float> values;  ///< rows × columns as they lie
    std::size_t columns = 0;        ///< as they lie
    bool transposed = false;
    std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
};

/// out = a · b, or out += a · b where `add` is set; row-major. Computed on the calling thread alone: equal input gives
/// equal bits, whatever the other threads do. Throws Error(internal) where shapes do not fit each other.
void multiply(const MatrixView& a, const MatrixView& b, std::span<float> out, bool add = false);

}  // namespace slidetype
