#pragma once

// The three steps of filtering, written once for vectors of any number of floats (kLanes), which lie along channels:
//
//   patches of 6 × 6 pixels, 4 apart ─► Bᵀ d B ─► 36 matrices {patches, inputs}
//   each of the 36 times its matrix of weights {inputs, outputs} ─► 36 matrices {patches, outputs}
//   for each patch Aᵀ m A ─► 4 × 4 pixels, + bias, ReLU
//
// The patches of a chunk are cut into blocks of nearly equal size, of at most kMostRows: what the products read lies as
//   36 × block × (inputs / kLanes) × row of the block × kLanes,
// so that all rows of a block are at fixed distances from one pointer; weights lie as
//   36 × (outputs / kPanel) × inputs × kPanel.
//
// Everything is inlined into functions that are compiled for their instructions (see winograd.cpp). So no function here
// takes or gives a vector by value: how that is done differs between instructions.

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace slidetype::filtering {

inline constexpr std::size_t kPatch = 6, kStep = 4, kProducts = kPatch * kPatch;
inline constexpr std::size_t kPanel = 32;  ///< outputs side by side in weights
inline constexpr std::size_t kChunk = 48;  ///< patches at once: what lies between the steps stays in the cache

/// What the steps work on.
struct Job {
    const float *in, *weights, *bias;
    float *out, *patches, *products;
    std::size_t height, width, inputs, padded_inputs, padding;
    std::size_t out_height, out_width, outputs, padded_outputs;
    std::size_t patches_across, patch_count;
    bool relu;
};

/// How `count` patches are cut into blocks.
struct Blocks {
    std::size_t count, most_rows, number = (count + most_rows - 1) / most_rows;
    std::size_t begin(std::size_t block) const { return block * count / number; }
    std::size_t rows(std::size_t block) const { return begin(block + 1) - begin(block); }
};

template <std::size_t kLanes>
struct Lanes {
    typedef float Vector __attribute__((vector_size(kLanes * sizeof(float))));
};
template <std::size_t kLanes>
using Vector = typename Lanes<kLanes>::Vector;

#define SLIDETYPE_INLINE inline __attribute__((always_inline))

template <std::size_t kLanes>
SLIDETYPE_INLINE void load(const float* from, Vector<kLanes>& to) {
    std::memcpy(&to, from, sizeof to);  // wherever it lies
}

template <std::size_t kLanes>
SLIDETYPE_INLINE void store(const Vector<kLanes>& from, float* to) {
    std::memcpy(to, &from, sizeof from);
}

/// The first `count` lanes, and zeros.
template <std::size_t kLanes>
SLIDETYPE_INLINE void load_some(const float* from, std::size_t count, Vector<kLanes>& to) {
    if (count >= kLanes) return load<kLanes>(from, to);
    float all[kLanes] = {};
    for (std::size_t i = 0; i < count; ++i) all[i] = from[i];
    load<kLanes>(all, to);
}

template <std::size_t kLanes>
SLIDETYPE_INLINE void store_some(const Vector<kLanes>& from, std::size_t count, float* to) {
    if (count >= kLanes) return store<kLanes>(from, to);
    float all[kLanes];
    store<kLanes>(from, all);
    for (std::size_t i = 0; i < count; ++i) to[i] = all[i];
}

/// Bᵀ of six values that lie `kApart` vectors apart.
template <std::size_t kLanes, std::size_t kApart>
SLIDETYPE_INLINE void transform_six(Vector<kLanes>* d) {
    using V = Vector<kLanes>;
    const V d0 = d[0], d1 = d[kApart], d2 = d[2 * kApart], d3 = d[3 * kApart], d4 = d[4 * kApart], d5 = d[5 * kApart];
    const V even = d4 - 4.0F * d2, odd = d3 - 4.0F * d1, far = d4 - d2, near = 2.0F * (d3 - d1);
    d[0] = 4.0F * d0 - 5.0F * d2 + d4;
    d[kApart] = even + odd;
    d[2 * kApart] = even - odd;
    d[3 * kApart] = far + near;
    d[4 * kApart] = far - near;
    d[5 * kApart] = 4.0F * d1 - 5.0F * d3 + d5;
}

/// Aᵀ of six values that lie `kApart` vectors apart: four, in place of the first.
template <std::size_t kLanes, std::size_t kApart>
SLIDETYPE_INLINE void gather_four(Vector<kLanes>* m) {
    using V = Vector<kLanes>;
    const V m0 = m[0], m1 = m[kApart], m2 = m[2 * kApart], m3 = m[3 * kApart], m4 = m[4 * kApart], m5 = m[5 * kApart];
    const V near_sum = m1 + m2, near_difference = m1 - m2, far_sum = m3 + m4, far_difference = m3 - m4;
    m[0] = m0 + near_sum + far_sum;
    m[kApart] = near_difference + 2.0F * far_difference;
    m[2 * kApart] = near_sum + 4.0F * far_sum;
    m[3 * kApart] = near_difference + 8.0F * far_difference + m5;
}

/// The patch whose upper left pixel is (top, left), which may lie outside the picture: channels from `channel` on.
template <std::size_t kLanes>
SLIDETYPE_INLINE void load_patch(const Job& job, std::ptrdiff_t top, std::ptrdiff_t left, std::size_t channel,
                                 Vector<kLanes>* d) {
    const auto height = static_cast<std::ptrdiff_t>(job.height), width = static_cast<std::ptrdiff_t>(job.width);
    constexpr auto kEdge = static_cast<std::ptrdiff_t>(kPatch);
    const std::size_t channels = job.inputs - channel;
    const auto at = [&](std::ptrdiff_t y, std::ptrdiff_t x) {
        return job.in + static_cast<std::size_t>(y * width + x) * job.inputs + channel;
    };
    if (top >= 0 && left >= 0 && top + kEdge <= height && left + kEdge <= width && channels >= kLanes) {
        for (std::ptrdiff_t y = 0; y < kEdge; ++y) {
            for (std::ptrdiff_t x = 0; x < kEdge; ++x) load<kLanes>(at(top + y, left + x), d[y * kEdge + x]);
        }
        return;
    }
    for (std::ptrdiff_t y = 0; y < kEdge; ++y) {
        for (std::ptrdiff_t x = 0; x < kEdge; ++x) {
            const auto row = top + y, column = left + x;
            auto& to = d[y * kEdge + x];
            to = Vector<kLanes>{};
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            load_some<kLanes>(at(row, column), channels, to);
        }
    }
}

template <std::size_t kLanes>
SLIDETYPE_INLINE void transform_patches(const Job& job, std::size_t first, const Blocks& blocks) {
    const auto padding = static_cast<std::ptrdiff_t>(job.padding);
    for (std::size_t block = 0; block < blocks.number; ++block) {
        const std::size_t rows = blocks.rows(block);
        float* to = job.patches + blocks.begin(block) * job.padded_inputs;
        for (std::size_t row = 0; row < rows; ++row) {
            const std::size_t patch = first + blocks.begin(block) + row;
            const auto top = static_cast<std::ptrdiff_t>(patch / job.patches_across * kStep) - padding;
            const auto left = static_cast<std::ptrdiff_t>(patch % job.patches_across * kStep) - padding;
            for (std::size_t channel = 0; channel < job.padded_inputs; channel += kLanes) {
                Vector<kLanes> d[kProducts];
                load_patch<kLanes>(job, top, left, channel, d);
                for (std::size_t i = 0; i < kPatch; ++i) transform_six<kLanes, kPatch>(d + i);
                for (std::size_t i = 0; i < kPatch; ++i) transform_six<kLanes, 1>(d + i * kPatch);
                for (std::size_t i = 0; i < kProducts; ++i) {
                    store<kLanes>(d[i], to + i * kChunk * job.padded_inputs + channel * rows + row * kLanes);
                }
            }
        }
    }
}

/// kRows patches times kVectors vectors of outputs.
template <std::size_t kLanes, std::size_t kRows, std::size_t kVectors>
SLIDETYPE_INLINE void multiply_block(const float* patches, const float* weights, std::size_t inputs, float* out,
                                     std::size_t outputs) {
    Vector<kLanes> sums[kRows][kVectors] = {};
    for (std::size_t channel = 0; channel < inputs; channel += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            Vector<kLanes> w[kVectors];
#pragma GCC unroll 16
            for (std::size_t v = 0; v < kVectors; ++v) load<kLanes>(weights + v * kLanes, w[v]);
#pragma GCC unroll 16
            for (std::size_t row = 0; row < kRows; ++row) {
                const float value = patches[row * kLanes + lane];
#pragma GCC unroll 16
                for (std::size_t v = 0; v < kVectors; ++v) sums[row][v] += value * w[v];
            }
            weights += kPanel;
        }
        patches += kRows * kLanes;
    }
#pragma GCC unroll 16
    for (std::size_t row = 0; row < kRows; ++row) {
#pragma GCC unroll 16
        for (std::size_t v = 0; v < kVectors; ++v) store<kLanes>(sums[row][v], out + row * outputs + v * kLanes);
    }
}

/// `rows` at most kRows.
template <std::size_t kLanes, std::size_t kRows, std::size_t kVectors>
SLIDETYPE_INLINE void multiply_rows(std::size_t rows, const float* patches, const float* weights, std::size_t inputs,
                                    float* out, std::size_t outputs) {
    if (rows == kRows) return multiply_block<kLanes, kRows, kVectors>(patches, weights, inputs, out, outputs);
    if constexpr (kRows > 1) multiply_rows<kLanes, kRows - 1, kVectors>(rows, patches, weights, inputs, out, outputs);
}

template <std::size_t kLanes, std::size_t kVectors, std::size_t kMostRows>
SLIDETYPE_INLINE void multiply_patches(const Job& job, const Blocks& blocks) {
    for (std::size_t product = 0; product < kProducts; ++product) {
        const float* patches = job.patches + product * kChunk * job.padded_inputs;
        const float* weights = job.weights + product * job.padded_inputs * job.padded_outputs;
        float* out = job.products + product * kChunk * job.padded_outputs;
        for (std::size_t output = 0; output < job.padded_outputs; output += kVectors * kLanes) {
            const float* panel = weights + output / kPanel * kPanel * job.padded_inputs + output % kPanel;
            for (std::size_t block = 0; block < blocks.number; ++block) {
                const std::size_t begin = blocks.begin(block);
                multiply_rows<kLanes, kMostRows, kVectors>(
                    blocks.rows(block), patches + begin * job.padded_inputs, panel, job.padded_inputs,
                    out + begin * job.padded_outputs + output, job.padded_outputs);
            }
        }
    }
}

template <std::size_t kLanes>
SLIDETYPE_INLINE void gather_pixels(const Job& job, std::size_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t top = (first + i) / job.patches_across * kStep,
                          left = (first + i) % job.patches_across * kStep;
        const std::size_t down = std::min(kStep, job.out_height - top), across = std::min(kStep, job.out_width - left);
        for (std::size_t output = 0; output < job.outputs; output += kLanes) {
            Vector<kLanes> m[kProducts], bias;
            for (std::size_t p = 0; p < kProducts; ++p) {
                load<kLanes>(job.products + (p * kChunk + i) * job.padded_outputs + output, m[p]);
            }
            for (std::size_t column = 0; column < kPatch; ++column) gather_four<kLanes, kPatch>(m + column);
            for (std::size_t row = 0; row < kStep; ++row) gather_four<kLanes, 1>(m + row * kPatch);
            load<kLanes>(job.bias + output, bias);
            for (std::size_t y = 0; y < down; ++y) {
                for (std::size_t x = 0; x < across; ++x) {
                    Vector<kLanes> value = m[y * kPatch + x] + bias;
                    if (job.relu) value = value > Vector<kLanes>{} ? value : Vector<kLanes>{};
                    store_some<kLanes>(value, job.outputs - output,
                                       job.out + ((top + y) * job.out_width + left + x) * job.outputs + output);
                }
            }
        }
    }
}

/// Blocks of kMostRows patches times kVectors vectors are what the sums of which fit in registers.
template <std::size_t kLanes, std::size_t kVectors, std::size_t kMostRows>
SLIDETYPE_INLINE void filter(const Job& job) {
    for (std::size_t first = 0; first < job.patch_count; first += kChunk) {
        const Blocks blocks{.count = std::min(kChunk, job.patch_count - first), .most_rows = kMostRows};
        transform_patches<kLanes>(job, first, blocks);
        multiply_patches<kLanes, kVectors, kMostRows>(job, blocks);
        gather_pixels<kLanes>(job, first, blocks.count);
    }
}

}  // namespace slidetype::filtering
