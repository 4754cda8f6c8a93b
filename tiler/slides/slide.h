#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/raster.h"
#include "tiler/spacing/spacing.h"

namespace slidetype {

/// One level of the pyramid. Level 0 is the finest.
struct SlideLevel {
    std::int64_t width = 0, height = 0;            ///< pixels of this level
    double downsample_x = 1, downsample_y = 1;     ///< level-0 pixels per pixel of this level; seldom whole numbers
    std::int64_t tile_width = 0, tile_height = 0;  ///< of the file's own tiles; 0 where OpenSlide tells none
};

/// Who reads the pixels. The results are the same but for what Slide::read_shrunk says.
enum class PixelPath {
    fastest,         ///< JPEG tiles of TIFFs straight through libjpeg where that agrees with OpenSlide, else OpenSlide
    openslide_only,  ///< for comparison
};

/// A whole-slide image, opened read-only with OpenSlide or as DICOM, or a picture that stands for one: a photograph
/// through a microscope, a slide of one level. Label and macro images are never opened, and properties that
/// may identify a patient are not handed out. All methods but the move are safe to call from several threads.
class Slide {
  public:
    /// Opens the file (for multi-file formats any of its files that OpenSlide accepts; a DICOM slide by any of its
    /// files or by the folder that holds them; what OpenSlide does not know may be a JPEG, PNG, BMP or WebP file or a
    /// TIFF in strips). `memory_bytes`: most that the pixels of such a picture may take while it is open (see
    /// picture_pixels.h); without, 2 GiB are kept and more is read in parts. Throws Error(not_found | io), also for a
    /// slide of several files of which one is missing; Error(unsupported) for what OpenSlide does not know and for
    /// pictures without colour, of more than 8 bits, or in huge tiles; Error(corrupt) for damage; Error(memory) for a
    /// picture that takes more than `memory_bytes`.
    explicit Slide(std::filesystem::path path, PixelPath way = PixelPath::fastest,
                   std::optional<std::uint64_t> memory_bytes = std::nullopt);
    ~Slide();
    Slide(Slide&&) noexcept;
    Slide& operator=(Slide&&) noexcept;

    const std::filesystem::path& path() const;
    /// OpenSlide's vendor name, such as "aperio" or "generic-tiff"; "dicom"; "picture" for a picture.
    const std::string& vendor() const;
    /// OpenSlide's hash of the slide's identity (openslide.quickhash-1), empty where the format gives none.
    const std::string& quickhash() const;
    /// At least one level, finest first.
    const std::vector<SlideLevel>& levels() const;
    std::int64_t width() const { return levels().front().width; }
    std::int64_t height() const { return levels().front().height; }

    /// The rectangle that QuPath crops to, where all four openslide.bounds-* properties exist and lie in the slide.
    std::optional<Rect> bounds() const;
    /// µm per level-0 pixel: the user's, else what the slide says. Throws as resolve_spacing().
    Spacing spacing(std::optional<double> user_um_px = std::nullopt) const;
    /// A property by name; nothing where it is absent or withheld (see shown_properties).
    std::optional<std::string> property(std::string_view name) const;
    /// Every property that is safe to show: technical ones only (openslide.*, tiff.*Resolution, scanner and objective),
    /// without comments, free text, dates, user names, bar codes, file names or ids.
    std::map<std::string, std::string> shown_properties() const;

    /// Bytes that its decoded pixels take while it is open, from the first read on; 0 for what OpenSlide reads.
    std::uint64_t bytes_held() const;

    /// What is to be known of the slide's file beside its pixels, each a sentence without a full stop: that its colours
    /// are not those that its tags name, that tiles of it are missing. Mostly empty.
    const std::vector<std::string>& notes() const;
    /// Bytes of the ICC colour profile that the finest picture of a TIFF carries and that is not applied; 0: none.
    std::uint32_t icc_profile_bytes() const;

    /// The level to read when one output pixel shall span `downsample` level-0 pixels: the coarsest whose own
    /// downsample does not exceed it by more than 1 % (scanners write 2.0005 for 2), on neither axis, but for what
    /// cutting off a part of a pixel at the edge adds. Levels smaller than one of the file's own tiles are passed over,
    /// but for level 0.
    int best_level(double downsample) const;

    /// Reads a rectangle given in pixels of `level`. Parts outside the level, and parts that the slide leaves
    /// transparent, have the slide's background colour (white where it names none).
    /// A pixel's value does not depend on the rectangle that it is read in.
    /// Throws Error(corrupt) with OpenSlide's reason, Error(internal) for a level that is not there or 2^31 pixels or
    /// more. What fails depends on the rectangle alone, whatever other threads read, and later reads go on.
    RgbImage read(int level, const Rect& rect) const;

    /// The same, shrunk by 1, 2, 4 or 8: each pixel is the mean of shrink × shrink pixels, or what the JPEG decoder
    /// makes of them (see shrinks_while_decoding), which differs by two grey levels or less on average from what it is
    /// in tissue. The rect's corners must be multiples of `shrink`. Throws as read.
    RgbImage read_shrunk(int level, const Rect& rect, int shrink) const;
    /// Whether read_shrunk costs less than read for this level, because the decoder does the shrinking.
    bool shrinks_while_decoding(int level) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Whether OpenSlide takes the file for a slide, or it is a picture of a DICOM slide; cheap, reads only its head. Never
/// throws; damage shows later.
bool is_slide(const std::filesystem::path& file);

}  // namespace slidetype
