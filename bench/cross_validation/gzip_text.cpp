#include "bench/cross_validation/gzip_text.h"

#include <zlib.h>

#include <array>

#include "base/error.h"

namespace slidetype::bench {
namespace {

constexpr int kWindow = 15 + 16;  // 16 asks zlib for a gzip header

Bytef* bytes_of(std::string_view text) {
    return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
}

}  // namespace

std::string gzip(std::string_view text) {
    z_stream zlib{};
    if (deflateInit2(&zlib, 9, Z_DEFLATED, kWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw Error(ErrorCode::internal, "gzip", "zlib could not start");
    }
    std::string packed(deflateBound(&zlib, text.size()), '\0');
    zlib.next_in = bytes_of(text);
    zlib.avail_in = static_cast<uInt>(text.size());
    zlib.next_out = reinterpret_cast<Bytef*>(packed.data());
    zlib.avail_out = static_cast<uInt>(packed.size());
    const int status = deflate(&zlib, Z_FINISH);
    packed.resize(zlib.total_out);
    deflateEnd(&zlib);
    if (status != Z_STREAM_END) throw Error(ErrorCode::internal, "gzip", "zlib did not finish");
    return packed;
}

std::string gunzip(std::string_view packed, const std::string& source) {
    z_stream zlib{};
    if (inflateInit2(&zlib, kWindow) != Z_OK) throw Error(ErrorCode::internal, "gunzip", "zlib could not start");
    zlib.next_in = bytes_of(packed);
    zlib.avail_in = static_cast<uInt>(packed.size());
    std::string text;
    std::array<char, 1 << 16> piece{};
    int status = Z_OK;
    while (status == Z_OK) {
        zlib.next_out = reinterpret_cast<Bytef*>(piece.data());
        zlib.avail_out = static_cast<uInt>(piece.size());
        status = inflate(&zlib, Z_NO_FLUSH);
        text.append(piece.data(), piece.size() - zlib.avail_out);
    }
    inflateEnd(&zlib);
    if (status != Z_STREAM_END) throw Error(ErrorCode::bad_data, source, "is no gzip file, or is cut short");
    return text;
}

}  // namespace slidetype::bench
