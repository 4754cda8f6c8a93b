// The compression of SHA-256 twice: as FIPS 180-4 writes it, and with the instructions that x86 processors have for it
// since 2016 or so (Intel's "SHA Extensions": four rounds for every two sha256rnds2).
#include "base/sha256_blocks.h"

#include <bit>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace slidetype {
namespace {

alignas(16) constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t big_endian(const unsigned char* p) {
    return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | std::uint32_t{p[3]};
}

void compress(Sha256State& state, const unsigned char* block) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t t = 0; t < 16; ++t) w[t] = big_endian(block + 4 * t);
    for (std::size_t t = 16; t < 64; ++t) {
        const auto s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
        const auto s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t t = 0; t < 64; ++t) {
        const auto big1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const auto t1 = h + big1 + ((e & f) ^ (~e & g)) + kRound[t] + w[t];
        const auto big0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const auto t2 = big0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const Sha256State sum = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state[i] += sum[i];
}

}  // namespace

void sha256_blocks(Sha256State& state, const unsigned char* blocks, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) compress(state, blocks + 64 * i);
}

#if defined(__x86_64__)

bool has_sha_instructions() {
    static const bool has = [] {
        unsigned a = 0, b = 0, c = 0, d = 0;
        constexpr unsigned kSha = 1U << 29;  // GCC 12 does not know the name in __builtin_cpu_supports
        return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kSha) != 0 && __builtin_cpu_supports("sse4.1") != 0;
    }();
    return has;
}

[[gnu::target("sha,sse4.1")]] void sha256_blocks_by_instructions(Sha256State& state, const unsigned char* blocks,
                                                                 std::size_t count) {
    const auto as_word = [](std::uint32_t value) { return static_cast<int>(value); };
    const auto [a, b, c, d, e, f, g, h] = state;
    // The instructions want the words in this order, the first one highest.
    __m128i abef = _mm_set_epi32(as_word(a), as_word(b), as_word(e), as_word(f));
    __m128i cdgh = _mm_set_epi32(as_word(c), as_word(d), as_word(g), as_word(h));
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    for (; count > 0; --count, blocks += 64) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w[4];  // the last sixteen words of the schedule, in four turns
#pragma GCC unroll 16
        for (std::size_t turn = 0; turn < 16; ++turn) {
            auto& now = w[turn % 4];
            if (turn < 4) {
                now = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks) + turn), swap);
            } else {
                const auto next = w[(turn + 1) % 4], before_last = w[(turn + 2) % 4], last = w[(turn + 3) % 4];
                now = _mm_add_epi32(_mm_sha256msg1_epu32(now, next), _mm_alignr_epi8(last, before_last, 4));
                now = _mm_sha256msg2_epu32(now, last);
            }
            const auto rounds = _mm_load_si128(reinterpret_cast<const __m128i*>(kRound.data()) + turn);
            const auto added = _mm_add_epi32(now, rounds);
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, added);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(added, 0x0e));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    const auto word = [](int value) { return static_cast<std::uint32_t>(value); };
    state = {word(_mm_extract_epi32(abef, 3)), word(_mm_extract_epi32(abef, 2)), word(_mm_extract_epi32(cdgh, 3)),
             word(_mm_extract_epi32(cdgh, 2)), word(_mm_extract_epi32(abef, 1)), word(_mm_extract_epi32(abef, 0)),
             word(_mm_extract_epi32(cdgh, 1)), word(_mm_extract_epi32(cdgh, 0))};
}

#else

bool has_sha_instructions() {
    return false;
}

void sha256_blocks_by_instructions(Sha256State& state, const unsigned char* blocks, std::size_t count) {
    sha256_blocks(state, blocks, count);
}

#endif

}  // namespace slidetype
