#pragma once

#include <cstdint>
#include <vector>

namespace slidetype {

/// The source pixels of the output pixels along an axis: of pixel i, `taps` from first[i] on, with shares that sum to 1
/// (some may be 0).
struct Shares {
    int taps = 0;
    std::vector<int> first;
    std::vector<float> weights;  ///< taps for each pixel
};

/// sums[i] = Σ weights[k] · rows[k][i] over `taps` rows of `count` samples, added in the order of the rows. The same
/// bits on every processor.
void sum_rows(const std::uint8_t* const* rows, const float* weights, int taps, int count, float* sums);

/// Each pixel of `out` from `taps` pixels of `from`, three samples each, rounded. `from` has room for a fourth sample
/// after the last. The same bits on every processor.
void sum_pixels(const float* from, const Shares& columns, std::uint8_t* out);

}  // namespace slidetype
