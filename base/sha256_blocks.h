#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace slidetype {

/// The eight words that SHA-256 carries from block to block, H(0) … H(7) of FIPS 180-4.
using Sha256State = std::array<std::uint32_t, 8>;

/// Takes `count` blocks of 64 bytes into `state` (FIPS 180-4, section 6.2.2).
void sha256_blocks(Sha256State& state, const unsigned char* blocks, std::size_t count);

/// The same with the processor's own instructions, some five times as fast; only where has_sha_instructions().
void sha256_blocks_by_instructions(Sha256State& state, const unsigned char* blocks, std::size_t count);
bool has_sha_instructions();

}  // namespace slidetype
