#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/pictures/picture_facts.h"
#include "tiler/slides/picture_pixels.h"
#include "tiler/slides/slide_source.h"

namespace slidetype {

/// What the file says of itself, where it is a picture that may stand for a slide: JPEG, PNG, BMP, WebP, or a TIFF in
/// strips of which nothing is missing. Nothing for all else, and for what cannot be read. Throws Error(corrupt) for a
/// picture whose head is cut. OpenSlide is not asked here: what it takes for a slide is one.
std::optional<PictureFacts> picture_in(const std::filesystem::path& file);

/// A photograph as a slide of one level, upright, in 8-bit RGB over white.
class PictureSource : public SlideSource {
  public:
    /// `facts`: what picture_in() gave. `memory_bytes` as in Slide. Throws Error(unsupported) for pictures without
    /// colour, codecs that are not there, animations that cannot be read and 2^31 pixels or more, Error(corrupt) for a
    /// file that is cut short, Error(memory) for what has no room.
    PictureSource(const std::filesystem::path& file, const PictureFacts& facts,
                  std::optional<std::uint64_t> memory_bytes);

    RgbImage read(int level, const Rect& rect, int shrink) override;
    bool shrinks_while_decoding(int) override { return false; }
    std::uint64_t bytes_held() const override { return pixels_.bytes(); }

  private:
    PicturePixels pixels_;
};

}  // namespace slidetype
