#pragma once

#include <tiffio.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace slidetype {

/// A directory of interleaved samples in square tiles.
struct TiffLayout {
    int width = 0, height = 0;  ///< pixels
    int tile_px = 256;          ///< edge of a tile
    double x_um_px = 0, y_um_px = 0;
    int bits = 8, samples = 3;
};

/// A tiled TIFF that is being written under a temporary name and appears under its own when it is whole: `commit`
/// flushes it to the disk and renames it. Without `commit` the destructor removes it. One object belongs to one thread.
/// Every member throws Error(io) naming the file and what libtiff or the system says.
class TiffWriter {
  public:
    /// `big` for BigTIFF, which may grow beyond 4 GiB.
    TiffWriter(std::filesystem::path path, bool big);
    ~TiffWriter();
    TiffWriter(const TiffWriter&) = delete;
    TiffWriter& operator=(const TiffWriter&) = delete;

    /// A tag of the directory that is being written, as TIFFSetField takes it.
    template <class... Values>
    void set(std::uint32_t tag, Values... values) {
        check(TIFFSetField(tiff_, tag, values...) == 1);
    }
    /// The tags that the layout stands for.
    void set(const TiffLayout& layout);
    /// The samples of the tile that holds pixel (x, y), all of its area.
    template <class Sample>
    void write_tile(const std::vector<Sample>& samples, int x, int y) {
        write_tile_bytes(std::as_bytes(std::span(samples)), x, y);
    }
    /// The bytes of the tile as the file's compression has them already.
    void write_raw_tile(std::span<const std::uint8_t> bytes, int x, int y);
    void finish_directory() { check(TIFFWriteDirectory(tiff_) == 1); }
    void commit();

  private:
    static int keep_message(TIFF*, void* self, const char*, const char* format, va_list arguments);
    static int ignore_warning(TIFF*, void*, const char*, const char*, va_list);
    void write_tile_bytes(std::span<const std::byte> bytes, int x, int y);
    void check(bool ok) const {
        if (!ok) fail();
    }
    [[noreturn]] void fail() const;

    std::filesystem::path path_, temporary_;
    std::string message_;
    TIFF* tiff_ = nullptr;
};

}  // namespace slidetype
