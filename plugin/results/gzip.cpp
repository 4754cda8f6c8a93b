#include "plugin/results/gzip.h"

#include "base/error.h"

namespace slidetype {

GzipStream::GzipStream(std::ostream& sink) : std::ostream(nullptr), sink_(sink) {
    constexpr int kGzip = 16;  // added to the window size it asks zlib for a gzip header
    if (deflateInit2(&zlib_, 6, Z_DEFLATED, 15 + kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw Error(ErrorCode::internal, "gzip", "zlib could not start");
    }
    setp(plain_.data(), plain_.data() + plain_.size());
    rdbuf(this);
}

GzipStream::~GzipStream() {
    deflateEnd(&zlib_);
}

void GzipStream::finish() {
    compress(Z_FINISH);
}

std::streambuf::int_type GzipStream::overflow(std::streambuf::int_type character) {
    using Traits = std::streambuf::traits_type;
    compress(Z_NO_FLUSH);
    if (!Traits::eq_int_type(character, Traits::eof())) sputc(Traits::to_char_type(character));
    return Traits::not_eof(character);
}

void GzipStream::compress(int flush) {
    zlib_.next_in = reinterpret_cast<Bytef*>(pbase());
    zlib_.avail_in = static_cast<uInt>(pptr() - pbase());
    do {
        zlib_.next_out = reinterpret_cast<Bytef*>(packed_.data());
        zlib_.avail_out = static_cast<uInt>(packed_.size());
        deflate(&zlib_, flush);
        sink_.write(packed_.data(), static_cast<std::streamsize>(packed_.size() - zlib_.avail_out));
    } while (zlib_.avail_out == 0);
    setp(plain_.data(), plain_.data() + plain_.size());
}

}  // namespace slidetype
