#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/raster.h"
#include "tiler/slides/jpeg_tiff.h"
#include "tiler/slides/level_shift.h"
#include "tiler/slides/missing_tiles.h"
#include "tiler/slides/slide_file.h"

namespace slidetype {

/// What reading through OpenSlide has to know of a level.
struct OpenSlideLevel {
    std::int64_t width = 0, height = 0;
    double downsample = 1;                         ///< OpenSlide's, one for both axes, which places what is read
    std::int64_t tile_width = 0, tile_height = 0;  ///< of the file's own tiles; 0 where OpenSlide does not tell
    TaggedColours colours = TaggedColours::right;  ///< OpenSlide goes by the tag
};

/// Pixels from OpenSlide, however the slide is made. Safe to call from several threads.
class OpenSlidePixels {
  public:
    using Colour = std::array<std::uint8_t, 3>;

    OpenSlidePixels(std::filesystem::path path, SlideHandle handle, std::vector<OpenSlideLevel> levels,
                    MissingTiles missing, Colour background);

    /// Draws `part` (pixels of the level), as far as it lies in the level, into `out`, whose upper left pixel is
    /// (origin_x, origin_y) of the level. A pixel's value does not depend on the part that it is drawn with. Tiles that
    /// the file misses stay as they are. Colours are those that the file's tiles hold, or with `Believe::tag` those
    /// that the TIFF's tag makes of them. Throws Error(corrupt) with OpenSlide's reason. The failed handle is replaced,
    /// and a failure that another thread caused is retried, so what fails depends on the part alone.
    void draw(int level, const Rect& part, RgbImage& out, std::int64_t origin_x, std::int64_t origin_y,
              JpegTiff::Believe whom = JpegTiff::Believe::stream);

    /// Whether corners of the level fall on whole pixels, so that OpenSlide gives the file's pixels as they are.
    bool is_exact(int level) const;
    /// How the level is read where they do not.
    ShiftedLevel shifted(int level) const;
    /// All pixels that OpenSlide may look at for `part`.
    Rect reach(int level, const Rect& part) const;
    const MissingTiles& missing() const { return missing_; }

  private:
    SlideHandle borrow();
    void drop(const SlideHandle& failed);
    void offer(SlideHandle fresh);
    /// Where pixels go, and how their colours are meant.
    struct Target {
        RgbImage& out;
        std::int64_t origin_x, origin_y;
        bool from_ycbcr;
    };
    std::optional<std::string> paint(_openslide* handle, int level, const Rect& part, const Target& target) const;
    std::optional<std::string> paint_cells(_openslide* handle, int level, const Rect& part, const Target& target) const;
    std::optional<std::string> paint_alone(_openslide* handle, int level, const Rect& part, const Target& target) const;
    void copy(const std::vector<std::uint32_t>& argb, const Rect& from, const Rect& part, const Target& target) const;

    std::filesystem::path path_;
    std::vector<OpenSlideLevel> levels_;
    MissingTiles missing_;
    Colour background_;
    std::mutex mutex_;
    SlideHandle shared_;  ///< guarded by mutex_; null after a failure, until the next read
};

}  // namespace slidetype
