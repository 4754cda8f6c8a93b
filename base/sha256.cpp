// SHA-256 as FIPS 180-4 section 6.2 describes it: padded to whole 64-byte blocks.
#include "base/sha256.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/sha256_blocks.h"

namespace slidetype {

std::string sha256_hex(std::string_view data) {
    Sha256State state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
    const auto take = has_sha_instructions() ? sha256_blocks_by_instructions : sha256_blocks;
    const std::size_t whole = data.size() / 64, done = 64 * whole;
    take(state, bytes, whole);

    std::array<unsigned char, 128> tail{};
    const std::size_t rest = data.size() - done;
    if (rest > 0) std::memcpy(tail.data(), bytes + done, rest);
    tail[rest] = 0x80;
    const std::size_t padded = rest < 56 ? 64 : 128;
    const std::uint64_t bits = std::uint64_t{data.size()} * 8;
    for (std::size_t i = 0; i < 8; ++i) tail[padded - 1 - i] = static_cast<unsigned char>(bits >> (8 * i));
    take(state, tail.data(), padded / 64);

    static constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const auto word : state) {
        for (int shift = 28; shift >= 0; shift -= 4) hex += digits[(word >> shift) & 15U];
    }
    return hex;
}

}  // namespace slidetype
