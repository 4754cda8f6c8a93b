// Twice: with OpenCV's vectors of four, which any processor has, and with eight where there is AVX2. Both multiply,
// then add, in the same order, and never in one step (FMA), which would round differently.
#include "tiler/resampling/weighted_sums.h"

#include <cstring>
#include <opencv2/core/hal/intrin.hpp>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace slidetype {
namespace {

constexpr int kLanes = cv::v_float32x4::nlanes;

float sum_of(const std::uint8_t* const* rows, const float* weights, int taps, int i) {
    float sum = 0;
    for (int k = 0; k < taps; ++k) sum += weights[k] * static_cast<float>(rows[k][i]);
    return sum;
}

void sum_rows_by_four(const std::uint8_t* const* rows, const float* weights, int taps, int count, float* sums) {
    int i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        auto sum = cv::v_setzero_f32();
        for (int k = 0; k < taps; ++k) {
            const auto bytes = cv::v_load_expand_q(rows[k] + i);
            sum += cv::v_cvt_f32(cv::v_reinterpret_as_s32(bytes)) * cv::v_setall_f32(weights[k]);
        }
        cv::v_store(sums + i, sum);
    }
    for (; i < count; ++i) sums[i] = sum_of(rows, weights, taps, i);
}

/// Pixels from `begin` on.
void sum_pixels_by_four(const float* from, const Shares& columns, std::size_t begin, std::uint8_t* out) {
    const auto taps = static_cast<std::size_t>(columns.taps);
    for (std::size_t i = begin; i < columns.first.size(); ++i) {
        const float* in = from + static_cast<std::ptrdiff_t>(columns.first[i]) * 3;
        const float* weight = columns.weights.data() + i * taps;
        auto rgb = cv::v_setzero_f32();
        for (std::size_t k = 0; k < taps; ++k, in += 3) rgb += cv::v_load(in) * cv::v_setall_f32(weight[k]);
        const auto words = cv::v_pack(cv::v_round(rgb), cv::v_setzero_s32());
        const auto bytes = cv::v_reinterpret_as_u32(cv::v_pack_u(words, words)).get0();
        // Four bytes at once, the fourth of which the next pixel overwrites.
        std::memcpy(out + 3 * i, &bytes, i + 1 == columns.first.size() ? 3 : 4);
    }
}

#ifdef __x86_64__

[[gnu::target("avx2")]] __m256 eight_floats(const std::uint8_t* bytes) {
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes))));
}

[[gnu::target("avx2")]] void sum_rows_by_eight(const std::uint8_t* const* rows, const float* weights, int taps,
                                               int count, float* sums) {
    int i = 0;
    for (; i + 16 <= count; i += 16) {
        auto left = _mm256_setzero_ps(), right = left;
        for (int k = 0; k < taps; ++k) {
            const auto weight = _mm256_set1_ps(weights[k]);
            left = _mm256_add_ps(left, _mm256_mul_ps(eight_floats(rows[k] + i), weight));
            right = _mm256_add_ps(right, _mm256_mul_ps(eight_floats(rows[k] + i + 8), weight));
        }
        _mm256_storeu_ps(sums + i, left);
        _mm256_storeu_ps(sums + i + 8, right);
    }
    for (; i < count; ++i) sums[i] = sum_of(rows, weights, taps, i);
}

/// Two pixels at a time; returns how many were made, all but the last few.
[[gnu::target("avx2")]] std::size_t sum_pixels_by_two(const float* from, const Shares& columns, std::uint8_t* out) {
    const auto taps = static_cast<std::size_t>(columns.taps);
    std::size_t i = 0;
    for (; i + 2 < columns.first.size(); i += 2) {
        const float* left = from + static_cast<std::ptrdiff_t>(columns.first[i]) * 3;
        const float* right = from + static_cast<std::ptrdiff_t>(columns.first[i + 1]) * 3;
        const float* weight = columns.weights.data() + i * taps;
        auto rgb = _mm256_setzero_ps();
        for (std::size_t k = 0; k < taps; ++k) {
            const auto samples = _mm256_loadu2_m128(right + 3 * k, left + 3 * k);
            const auto weights = _mm256_setr_m128(_mm_broadcast_ss(weight + k), _mm_broadcast_ss(weight + taps + k));
            rgb = _mm256_add_ps(rgb, _mm256_mul_ps(samples, weights));
        }
        const auto words = _mm256_packs_epi32(_mm256_cvtps_epi32(rgb), _mm256_setzero_si256());
        const auto bytes = _mm256_packus_epi16(words, words);
        const int first = _mm_cvtsi128_si32(_mm256_castsi256_si128(bytes));
        const int second = _mm_cvtsi128_si32(_mm256_extracti128_si256(bytes, 1));
        std::memcpy(out + 3 * i, &first, 4);
        std::memcpy(out + 3 * i + 3, &second, 4);
    }
    return i;
}

bool has_avx2() {
    static const bool has = __builtin_cpu_supports("avx2") != 0;
    return has;
}

#endif

}  // namespace

void sum_rows(const std::uint8_t* const* rows, const float* weights, int taps, int count, float* sums) {
#ifdef __x86_64__
    if (has_avx2()) return sum_rows_by_eight(rows, weights, taps, count, sums);
#endif
    sum_rows_by_four(rows, weights, taps, count, sums);
}

void sum_pixels(const float* from, const Shares& columns, std::uint8_t* out) {
    std::size_t made = 0;
#ifdef __x86_64__
    if (has_avx2()) made = sum_pixels_by_two(from, columns, out);
#endif
    sum_pixels_by_four(from, columns, made, out);
}

}  // namespace slidetype
