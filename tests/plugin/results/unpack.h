#pragma once

#include <zlib.h>

#include <array>
#include <stdexcept>
#include <string>

namespace slidetype::testing {

/// The content of one gzip member with nothing after it.
inline std::string unpacked(std::string bytes) {
    z_stream zlib{};
    inflateInit2(&zlib, 15 + 16);
    zlib.next_in = reinterpret_cast<Bytef*>(bytes.data());
    zlib.avail_in = static_cast<uInt>(bytes.size());
    std::string text;
    std::array<char, 65536> part;
    int state = Z_OK;
    while (state == Z_OK) {
        zlib.next_out = reinterpret_cast<Bytef*>(part.data());
        zlib.avail_out = static_cast<uInt>(part.size());
        state = inflate(&zlib, Z_NO_FLUSH);
        text.append(part.data(), part.size() - zlib.avail_out);
    }
    const bool whole = state == Z_STREAM_END && zlib.avail_in == 0;
    inflateEnd(&zlib);
    if (!whole) throw std::runtime_error("no whole gzip member");
    return text;
}

}  // namespace slidetype::testing
