#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/pictures/picture_rows.h"
#include "base/raster.h"

namespace slidetype {

/// The pixels of a picture file, for reading anywhere. Where the picture, decoded, takes no more than three quarters of
/// the bytes that it may, it is decoded once, when it is first read, and kept. Else a window of rows moves over it:
/// reading downwards is as quick as decoding, while going up again begins anew in JPEG and PNG files. Safe to call from
/// several threads.
class PicturePixels {
  public:
    /// Nothing is decoded yet. Throws as PictureRows, and Error(memory) where not even a window has room.
    PicturePixels(const std::filesystem::path& file, const PictureFacts& facts, std::uint64_t most_bytes);

    /// The pixels of `rect`, which lies in the picture. The same whatever else is read, and by whom. Throws
    /// Error(corrupt) for damage, always with the same reason.
    RgbImage read(const Rect& rect);
    /// That the picture, or the window, takes.
    std::uint64_t bytes() const { return bytes_; }
    bool is_kept() const { return kept_; }

  private:
    const RgbImage& whole();
    void read_through_window(const Rect& rect, RgbImage& out);
    void move_window(std::int64_t first, std::int64_t last);

    std::string file_;
    std::int64_t width_, height_;
    bool kept_ = false;
    std::uint64_t bytes_ = 0;
    std::mutex mutex_;  ///< guards all below; the whole picture does not change once it is there
    PictureRows rows_;
    RgbImage whole_;
    std::string damage_;                ///< why the whole picture cannot be decoded
    std::vector<std::uint8_t> window_;  ///< a ring of rows, row y at y % window_rows_
    std::int64_t window_rows_ = 0;
    std::int64_t from_ = 0, to_ = 0;  ///< the rows that the window holds
};

}  // namespace slidetype
