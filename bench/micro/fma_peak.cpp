// Twelve chains of multiply-adds that do not wait for each other keep two units busy, whose results take four or five
// cycles each.
#include "bench/micro/fma_peak.h"

#include <immintrin.h>

namespace slidetype::bench {
namespace {

constexpr int kChains = 12, kRounds = 100'000;

/// So that nobody finds out that the result is not needed.
void keep(float value) {
    asm volatile("" : : "x"(value));
}

[[gnu::target("avx512f")]] double burst_avx512() {
    __m512 chains[kChains];
    for (int i = 0; i < kChains; ++i) chains[i] = _mm512_set1_ps(static_cast<float>(i + 1));
    const auto factor = _mm512_set1_ps(0.999999F), term = _mm512_set1_ps(1e-6F);
    for (int round = 0; round < kRounds; ++round) {
#pragma GCC unroll 12
        for (int i = 0; i < kChains; ++i) chains[i] = _mm512_fmadd_ps(chains[i], factor, term);
    }
    auto sum = chains[0];
    for (int i = 1; i < kChains; ++i) sum = _mm512_add_ps(sum, chains[i]);
    keep(_mm512_cvtss_f32(sum));
    return 2.0 * 16 * kChains * kRounds;
}

[[gnu::target("avx2,fma")]] double burst_avx2() {
    __m256 chains[kChains];
    for (int i = 0; i < kChains; ++i) chains[i] = _mm256_set1_ps(static_cast<float>(i + 1));
    const auto factor = _mm256_set1_ps(0.999999F), term = _mm256_set1_ps(1e-6F);
    for (int round = 0; round < kRounds; ++round) {
#pragma GCC unroll 12
        for (int i = 0; i < kChains; ++i) chains[i] = _mm256_fmadd_ps(chains[i], factor, term);
    }
    auto sum = chains[0];
    for (int i = 1; i < kChains; ++i) sum = _mm256_add_ps(sum, chains[i]);
    keep(_mm256_cvtss_f32(sum));
    return 2.0 * 8 * kChains * kRounds;
}

double burst_sse() {
    __m128 chains[kChains];
    for (int i = 0; i < kChains; ++i) chains[i] = _mm_set1_ps(static_cast<float>(i + 1));
    const auto factor = _mm_set1_ps(0.999999F), term = _mm_set1_ps(1e-6F);
    for (int round = 0; round < kRounds; ++round) {
#pragma GCC unroll 12
        for (int i = 0; i < kChains; ++i) chains[i] = _mm_add_ps(_mm_mul_ps(chains[i], factor), term);
    }
    auto sum = chains[0];
    for (int i = 1; i < kChains; ++i) sum = _mm_add_ps(sum, chains[i]);
    keep(_mm_cvtss_f32(sum));
    return 2.0 * 4 * kChains * kRounds;
}

}  // namespace

double fma_burst() {
    if (__builtin_cpu_supports("avx512f")) return burst_avx512();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return burst_avx2();
    return burst_sse();
}

}  // namespace slidetype::bench
