#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace slidetype {

/// Weights are whole numbers that stand for parts of 2^14, and sums along the columns such that stand for parts of 2^6,
/// so that all sums are exact in 32 bits, in whatever order they are made.
inline constexpr int kWeightBits = 14, kMixedBits = 6;
/// Taps come in fours, of which the last may have no weight.
inline constexpr int kTapsAtOnce = 4;

/// The source pixels of the output pixels along an axis: of pixel i, `taps` from first[i] on, with weights that sum to
/// 2^14. Those without weight may lie beyond the last source pixel.
struct Shares {
    int taps = 0;  ///< a multiple of kTapsAtOnce
    std::vector<int> first;
    std::vector<std::int16_t> weights;  ///< taps for each pixel
};

/// Samples behind the last that summing pixels may read: whatever they are, they do not count.
inline int samples_read_beyond(const Shares& columns) {
    return 3 * columns.taps + 8;
}

/// One way to compute the sums. All of them give the same.
struct WayToSum {
    const char* name;
    /// mixed[i] = Σ weights[k] · rows[k][i], in parts of 2^6, over `taps` rows (an even number) of `count` samples.
    void (*rows)(const std::uint8_t* const* rows, const std::int16_t* weights, int taps, int count,
                 std::int16_t* mixed);
    /// Each pixel of `out` from `taps` pixels of `mixed`, three samples each, rounded.
    void (*pixels)(const std::int16_t* mixed, const Shares& columns, std::uint8_t* out);
};

/// The ways that this processor has, the quickest first.
std::span<const WayToSum> ways_to_sum();

}  // namespace slidetype
