#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/pictures/picture_facts.h"
#include "base/raster.h"

namespace slidetype {

class RowDecoder;

/// The rows of a picture file, upright, in 8-bit RGB, with the bytes that read_image() gives, but without the whole
/// picture in memory where the format allows: JPEG, PNG, BMP and TIFF that are stored from the top on. WebP, interlaced
/// PNG and what lies on its side are read as a whole. One thread at a time.
class PictureRows {
  public:
    /// `facts` are those of the file. Nothing is decoded yet. Throws Error(memory) where reading takes more than
    /// `most_bytes` beside the rows that are asked for, telling what and why; Error(bad_data) for a file that is cut
    /// short and inks of which nothing is said, Error(unsupported) for animations that cannot be read, for pictures of
    /// 2^31 pixels or more, and where slidetype was built without OpenCV.
    PictureRows(std::filesystem::path file, PictureFacts facts, std::uint64_t most_bytes);
    ~PictureRows();
    PictureRows(PictureRows&&) noexcept;
    PictureRows& operator=(PictureRows&&) noexcept;

    const PictureFacts& facts() const { return facts_; }
    /// That reading takes, beside the rows that are asked for.
    std::uint64_t bytes() const { return bytes_; }
    /// Why the picture is read as a whole, as in "is a WebP file"; empty where it is not.
    const std::string& why_whole() const { return why_whole_; }

    /// Rows first … first + count - 1 into `rgb`, which has room for them. Going on below the last ones is cheap;
    /// going back begins again, but in BMP and TIFF files. Throws Error(bad_data) for damage.
    void read(std::int64_t first, std::int64_t count, std::uint8_t* rgb);
    /// The whole picture, without a second copy of it. Throws as read, and as read_image() for pictures of which less
    /// than 5 % is opaque.
    RgbImage read_all();

  private:
    void open();
    RgbImage decode_all();
    void next_row(std::uint8_t* rgb);

    std::filesystem::path file_;
    PictureFacts facts_;
    std::uint64_t bytes_ = 0;
    std::string why_whole_;
    std::unique_ptr<RowDecoder> decoder_;  ///< null where all is read by read_image()
    std::int64_t at_ = 0;                  ///< the row that the decoder gives next
    std::optional<RgbImage> whole_;
};

}  // namespace slidetype
