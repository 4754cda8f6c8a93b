#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slidetype {

enum class PictureFormat { jpeg, png, bmp, webp, tiff };
/// "JPEG", "PNG", "BMP", "WebP" or "TIFF".
std::string_view to_string(PictureFormat format);

enum class PictureColours { rgb, grey, palette, cmyk, other };

/// How many pixels a picture file says that lie in a length, as it says it. What it is worth is for others to judge:
/// most programs write 72 or 96 pixels per inch and mean nothing by it.
struct PictureResolution {
    std::string place;    ///< "EXIF resolution", "JFIF density", "PNG pHYs", "BMP resolution", "TIFF resolution"
    double x = 0, y = 0;  ///< pixels in the unit, along the picture's upright axes
    double unit_um = 0;   ///< the unit, such as 25400 for an inch
};

/// What a picture file says of itself before a pixel of it is decoded.
struct PictureFacts {
    PictureFormat format = PictureFormat::jpeg;
    std::int64_t width = 0, height = 0;  ///< pixels, upright
    int bits = 8;                        ///< of a sample, in the file
    PictureColours colours = PictureColours::rgb;
    bool transparent = false;  ///< may be, in part
    int orientation = 1;       ///< 1 … 8 as in EXIF and TIFF: how it is turned in the file
    int frames = 1;            ///< frames of an animation, pages of a TIFF (without its small copies)
    bool interlaced = false;   ///< PNG: no row is whole before the last pass
    bool progressive = false;  ///< JPEG: likewise
    bool arithmetic = false;   ///< JPEG with arithmetic coding or without loss, which few programs can read
    bool untold_inks = false;  ///< CMYK JPEG that does not say whether its inks are stored inverted
    bool cut_short = false;    ///< its end is not there (of a TIFF not known before its pixels are read)
    std::vector<PictureResolution> resolutions{};  ///< best first
    std::string description{};                     ///< ImageDescription of a TIFF; may name people, so not to be shown

    std::int64_t pixels() const { return width * height; }
};

/// From the head of the file (of a TIFF from its directories), and its last bytes. Nothing for what is no picture of
/// these formats. A head that is cut short, or says what cannot be (0 pixels), is Error(bad_data); a file that is not
/// there, is no file or cannot be read is Error(not_found | io). The pixels may still be damaged. Thread-safe.
std::optional<PictureFacts> look_at_picture(const std::filesystem::path& file);

/// The same from the bytes of a file; `name` is for messages.
std::optional<PictureFacts> look_at_picture(std::string_view bytes, const std::string& name);

/// What makes its colours less than those of a camera in 8-bit RGB, each as in "has a palette …"; mostly none.
std::vector<std::string> weaknesses_of(const PictureFacts& facts);

/// Whether a name ends as those of picture files do: .jpg, .jpeg, .png, .bmp, .webp, .tif, .tiff in letters of any
/// size.
bool is_named_like_picture(const std::filesystem::path& file);

}  // namespace slidetype
