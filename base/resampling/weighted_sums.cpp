// Three times: in plain words, with what every x86-64 processor has (SSE2), and with AVX2. Sums of whole numbers are
// the same in any order. Products of neighbours are added in one step (pmaddwd), so two taps are taken at a time.
#include "base/resampling/weighted_sums.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace slidetype {
namespace {

constexpr int kShiftOfRows = kWeightBits - kMixedBits, kHalfOfRows = 1 << (kShiftOfRows - 1);
constexpr int kShiftOfPixels = kWeightBits + kMixedBits, kHalfOfPixels = 1 << (kShiftOfPixels - 1);

/// Samples from `begin` on.
void sum_rows_from(int begin, const std::uint8_t* const* rows, const std::int16_t* weights, int taps, int count,
                   std::int16_t* mixed) {
    for (int i = begin; i < count; ++i) {
        std::int32_t sum = kHalfOfRows;
        for (int k = 0; k < taps; ++k) sum += weights[k] * rows[k][i];
        mixed[i] = static_cast<std::int16_t>(sum >> kShiftOfRows);
    }
}

void sum_rows_plainly(const std::uint8_t* const* rows, const std::int16_t* weights, int taps, int count,
                      std::int16_t* mixed) {
    constexpr int at_once = 16;  // a number that is known, so that compilers find vectors for it
    int i = 0;
    for (; i + at_once <= count; i += at_once) {
        std::int32_t sums[at_once];
        for (auto& sum : sums) sum = kHalfOfRows;
        for (int k = 0; k < taps; ++k)
            for (int j = 0; j < at_once; ++j) sums[j] += weights[k] * rows[k][i + j];
        for (int j = 0; j < at_once; ++j) mixed[i + j] = static_cast<std::int16_t>(sums[j] >> kShiftOfRows);
    }
    sum_rows_from(i, rows, weights, taps, count, mixed);
}

void sum_pixels_plainly(const std::int16_t* mixed, const Shares& columns, std::uint8_t* out) {
    const auto* weights = columns.weights.data();
    for (const int first : columns.first) {
        const auto* in = mixed + static_cast<std::ptrdiff_t>(first) * 3;
        std::int32_t red = kHalfOfPixels, green = red, blue = red;
        for (int k = 0; k < columns.taps; ++k, in += 3) {
            red += weights[k] * in[0];
            green += weights[k] * in[1];
            blue += weights[k] * in[2];
        }
        for (const auto sum : {red, green, blue}) *out++ = static_cast<std::uint8_t>(sum >> kShiftOfPixels);
        weights += columns.taps;
    }
}

#ifdef __x86_64__

/// Two neighbouring weights.
int pair_of(const std::int16_t* weights) {
    int both = 0;
    std::memcpy(&both, weights, sizeof both);
    return both;
}

const __m128i* as_128(const void* bytes) {
    return static_cast<const __m128i*>(bytes);
}

/// Writes a pixel from three sums, and a fourth byte, which the next pixel overwrites, where there is a next one.
void put_pixel(__m128i sums, std::uint8_t* out, bool is_last) {
    const auto words = _mm_packs_epi32(_mm_srai_epi32(sums, kShiftOfPixels), _mm_setzero_si128());
    const int bytes = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
    if (is_last)  // a size that is known is copied without a call
        std::memcpy(out, &bytes, 3);
    else
        std::memcpy(out, &bytes, 4);
}

void sum_rows_by_eight(const std::uint8_t* const* rows, const std::int16_t* weights, int taps, int count,
                       std::int16_t* mixed) {
    const auto zero = _mm_setzero_si128(), half = _mm_set1_epi32(kHalfOfRows);
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        auto left = half, right = half;
        for (int k = 0; k < taps; k += 2) {
            const auto weight = _mm_set1_epi32(pair_of(weights + k));
            const auto pairs =
                _mm_unpacklo_epi8(_mm_loadl_epi64(as_128(rows[k] + i)), _mm_loadl_epi64(as_128(rows[k + 1] + i)));
            left = _mm_add_epi32(left, _mm_madd_epi16(_mm_unpacklo_epi8(pairs, zero), weight));
            right = _mm_add_epi32(right, _mm_madd_epi16(_mm_unpackhi_epi8(pairs, zero), weight));
        }
        const auto words = _mm_packs_epi32(_mm_srai_epi32(left, kShiftOfRows), _mm_srai_epi32(right, kShiftOfRows));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(mixed + i), words);
    }
    sum_rows_from(i, rows, weights, taps, count, mixed);
}

void sum_pixels_by_two_taps(const std::int16_t* mixed, const Shares& columns, std::uint8_t* out) {
    const auto* weights = columns.weights.data();
    for (std::size_t i = 0; i < columns.first.size(); ++i, out += 3) {
        const auto* in = mixed + static_cast<std::ptrdiff_t>(columns.first[i]) * 3;
        auto sums = _mm_set1_epi32(kHalfOfPixels);
        for (int k = 0; k < columns.taps; k += 2, in += 6, weights += 2) {
            const auto pairs = _mm_unpacklo_epi16(_mm_loadl_epi64(as_128(in)), _mm_loadl_epi64(as_128(in + 3)));
            sums = _mm_add_epi32(sums, _mm_madd_epi16(pairs, _mm_set1_epi32(pair_of(weights))));
        }
        put_pixel(sums, out, i + 1 == columns.first.size());
    }
}

[[gnu::target("avx2")]] __m256i pairs_of_eight(__m128i bytes) {
    return _mm256_cvtepu8_epi16(bytes);
}

[[gnu::target("avx2")]] void sum_rows_by_sixteen(const std::uint8_t* const* rows, const std::int16_t* weights, int taps,
                                                 int count, std::int16_t* mixed) {
    const auto half = _mm256_set1_epi32(kHalfOfRows);
    int i = 0;
    for (; i + 16 <= count; i += 16) {
        auto left = half, right = half;
        for (int k = 0; k < taps; k += 2) {
            const auto weight = _mm256_set1_epi32(pair_of(weights + k));
            const auto first = _mm_loadu_si128(as_128(rows[k] + i)), second = _mm_loadu_si128(as_128(rows[k + 1] + i));
            left = _mm256_add_epi32(left, _mm256_madd_epi16(pairs_of_eight(_mm_unpacklo_epi8(first, second)), weight));
            right =
                _mm256_add_epi32(right, _mm256_madd_epi16(pairs_of_eight(_mm_unpackhi_epi8(first, second)), weight));
        }
        const auto words =
            _mm256_packs_epi32(_mm256_srai_epi32(left, kShiftOfRows), _mm256_srai_epi32(right, kShiftOfRows));
        // Packing takes the halves of both in turns.
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(mixed + i), _mm256_permute4x64_epi64(words, 0b11'01'10'00));
    }
    sum_rows_from(i, rows, weights, taps, count, mixed);
}

[[gnu::target("avx2")]] void sum_pixels_by_four_taps(const std::int16_t* mixed, const Shares& columns,
                                                     std::uint8_t* out) {
    // Of r g b r' g' b': r r' g g' b b', and nothing.
    const auto order = _mm256_setr_epi8(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1,  //
                                        0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1);
    const auto* weights = columns.weights.data();
    for (std::size_t i = 0; i < columns.first.size(); ++i, out += 3) {
        const auto* in = mixed + static_cast<std::ptrdiff_t>(columns.first[i]) * 3;
        auto sums = _mm256_setzero_si256();
        for (int k = 0; k < columns.taps; k += 4, in += 12, weights += 4) {
            const auto samples = _mm256_loadu2_m128i(as_128(in + 6), as_128(in));
            const auto weight =
                _mm256_set_m128i(_mm_set1_epi32(pair_of(weights + 2)), _mm_set1_epi32(pair_of(weights)));
            sums = _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_shuffle_epi8(samples, order), weight));
        }
        const auto both = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
        put_pixel(_mm_add_epi32(both, _mm_set1_epi32(kHalfOfPixels)), out, i + 1 == columns.first.size());
    }
}

#endif

}  // namespace

std::span<const WayToSum> ways_to_sum() {
    static constexpr WayToSum ways[] = {
#ifdef __x86_64__
        {"AVX2", sum_rows_by_sixteen, sum_pixels_by_four_taps},
        {"SSE2", sum_rows_by_eight, sum_pixels_by_two_taps},
#endif
        {"plain", sum_rows_plainly, sum_pixels_plainly},
    };
#ifdef __x86_64__
    static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
    return std::span(ways).subspan(has_avx2 ? 0 : 1);
#else
    return ways;
#endif
}

}  // namespace slidetype
