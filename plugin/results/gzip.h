#pragma once

#include <zlib.h>

#include <array>
#include <ostream>
#include <streambuf>

namespace slidetype {

/// An output stream that compresses to gzip on the way to `sink`. The header names no file and no time, so equal text
/// gives equal bytes. Call `finish` at the end; one object belongs to one thread.
class GzipStream : private std::streambuf, public std::ostream {
  public:
    /// Keeps a reference to `sink`. Throws Error(internal) where zlib cannot start.
    explicit GzipStream(std::ostream& sink);
    ~GzipStream() override;
    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;

    /// Writes what is left and the trailer. Write errors show in the state of `sink`.
    void finish();

  private:
    std::streambuf::int_type overflow(std::streambuf::int_type character) override;
    void compress(int flush);

    std::ostream& sink_;
    z_stream zlib_{};
    std::array<char, 1 << 16> plain_, packed_;
};

}  // namespace slidetype
