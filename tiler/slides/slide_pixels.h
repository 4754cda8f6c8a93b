#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "tiler/slides/jpeg_tiff.h"
#include "tiler/slides/openslide_pixels.h"

namespace slidetype {

/// The pixels of a slide: from JpegTiff where it serves a level and has been seen to agree with OpenSlide there, else
/// from OpenSlide, tile by tile. What a file's missing tile shows is taken from the next finer level, and is background
/// where that does not have it either. Safe to call from several threads.
class SlidePixels {
  public:
    /// `quick` may be null: then OpenSlide reads everything.
    SlidePixels(std::unique_ptr<OpenSlidePixels> careful, std::unique_ptr<JpegTiff> quick, std::size_t levels,
                JpegTiff::Colour background);

    /// As Slide::read_shrunk, for a level and a rect that make sense.
    RgbImage read(int level, const Rect& rect, int shrink);

    /// Whether the decoder itself shrinks when this level is read. The first call for a level compares a tile.
    bool shrinks_quickly(int level);

  private:
    struct Trust {
        std::once_flag once;
        bool given = false;
    };
    using Believe = JpegTiff::Believe;
    bool trusts(int level);
    bool agrees(int level);
    std::optional<bool> agrees_on(int level, const Rect& area);
    void read_quickly(int level, const Rect& rect, int shrink, RgbImage& out, Believe whom);
    void read_shifted(int level, const Rect& rect, RgbImage& out, Believe whom);
    RgbImage blank(std::int64_t width, std::int64_t height) const;
    void draw_carefully(int level, const Rect& part, int shrink, RgbImage& out, const Rect& rect, Believe whom);
    void draw_unshrunk(int level, const Rect& part, RgbImage& out, const Rect& rect, Believe whom);
    void fill_missing(int level, const Rect& part, RgbImage& out, const Rect& rect);
    void fill_from_finer(int level, const Rect& tile, const Rect& part, RgbImage& out, const Rect& rect);

    std::unique_ptr<OpenSlidePixels> careful_;
    std::unique_ptr<JpegTiff> quick_;
    JpegTiff::Colour background_;
    std::unique_ptr<Trust[]> trust_;  ///< per level
};

}  // namespace slidetype
