// SHA-256 as FIPS 180-4 section 6.2 describes it: padded to whole 64-byte blocks.
#include "base/sha256.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>

#include "base/error.h"
#include "base/sha256_blocks.h"

namespace slidetype {

namespace {

/// Takes bytes in pieces, each but the last of whole blocks.
class Sha256 {
  public:
    static constexpr std::size_t kBlock = 64;

    void take_blocks(const char* data, std::size_t blocks) {
        by_(state_, reinterpret_cast<const unsigned char*>(data), blocks);
        bytes_ += kBlock * blocks;
    }

    /// `last`: the last piece, whatever its length.
    std::string finish(std::string_view last) {
        const std::size_t whole = last.size() / kBlock;
        take_blocks(last.data(), whole);
        std::array<unsigned char, 2 * kBlock> tail{};
        const std::size_t rest = last.size() - kBlock * whole;
        if (rest > 0) std::memcpy(tail.data(), last.data() + kBlock * whole, rest);
        tail[rest] = 0x80;
        const std::size_t padded = rest < 56 ? 64 : 128;
        const std::uint64_t bits = (bytes_ + rest) * 8;
        for (std::size_t i = 0; i < 8; ++i) tail[padded - 1 - i] = static_cast<unsigned char>(bits >> (8 * i));
        by_(state_, tail.data(), padded / kBlock);

        static constexpr std::string_view digits = "0123456789abcdef";
        std::string hex;
        for (const auto word : state_) {
            for (int shift = 28; shift >= 0; shift -= 4) hex += digits[(word >> shift) & 15U];
        }
        return hex;
    }

  private:
    Sha256State state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    decltype(&sha256_blocks) by_ = has_sha_instructions() ? sha256_blocks_by_instructions : sha256_blocks;
    std::uint64_t bytes_ = 0;
};

}  // namespace

std::string sha256_hex(std::string_view data) {
    return Sha256().finish(data);
}

std::string sha256_hex_of_file(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        if (!std::filesystem::exists(file)) throw Error(ErrorCode::not_found, file.string(), "does not exist");
        throw Error(ErrorCode::io, file.string(), "cannot be read", "Check its permissions.");
    }
    constexpr std::size_t kPiece = 1U << 20;  // whole blocks
    std::string piece(kPiece, '\0');
    Sha256 sum;
    for (;;) {
        stream.read(piece.data(), static_cast<std::streamsize>(kPiece));
        const auto got = static_cast<std::size_t>(stream.gcount());
        if (stream.bad()) throw Error(ErrorCode::io, file.string(), "cannot be read");
        if (got < kPiece) return sum.finish(std::string_view(piece).substr(0, got));
        sum.take_blocks(piece.data(), kPiece / Sha256::kBlock);
    }
}

}  // namespace slidetype
