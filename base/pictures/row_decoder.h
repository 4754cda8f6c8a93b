#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/pictures/picture_facts.h"

namespace slidetype {

/// The pixels of a picture file from its first row on, as the file holds them: not turned upright, but 8-bit RGB over
/// white, with the bytes that read_image() gives. One thread at a time. Throws Error(bad_data).
class RowDecoder {
  public:
    RowDecoder() = default;
    virtual ~RowDecoder() = default;
    RowDecoder(const RowDecoder&) = delete;
    RowDecoder& operator=(const RowDecoder&) = delete;

    /// The next row; `rgb` has room for it.
    virtual void next(std::uint8_t* rgb) = 0;
    /// Goes on at this row; false where the format has no way but through all rows between.
    virtual bool jump_to(std::int64_t) { return false; }
    /// That it takes while it reads.
    virtual std::uint64_t bytes() const { return 0; }
    /// Mean opacity of the rows so far, 0 … 1.
    virtual double opaque_share() const { return 1; }
};

/// Each throws Error(bad_data | io) where it cannot begin, and gives nothing where the file is of a kind that is not
/// read by rows. `facts` are those of the file.
std::unique_ptr<RowDecoder> jpeg_rows(const std::filesystem::path& file, const PictureFacts& facts);
std::unique_ptr<RowDecoder> png_rows(const std::filesystem::path& file, const PictureFacts& facts);
std::unique_ptr<RowDecoder> bmp_rows(const std::filesystem::path& file, const PictureFacts& facts);
std::unique_ptr<RowDecoder> tiff_rows(const std::filesystem::path& file, const PictureFacts& facts);

/// For a decoder that came upon something wrong.
[[noreturn]] void throw_damaged(const std::filesystem::path& file);

}  // namespace slidetype
