#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/raster.h"
#include "tiler/slides/slide.h"

namespace slidetype::viewer {

/// A slide as a Deep Zoom pyramid: level `max_level` is the slide's level 0, each level below it half as wide and high
/// (rounded up), level 0 one pixel; every level is cut into tiles of kTileSize from its upper left corner.
/// Immutable; threads may share it.
class DeepZoom {
  public:
    static constexpr int kTileSize = 256;

    explicit DeepZoom(std::shared_ptr<const Slide> slide);

    int max_level() const { return max_level_; }
    const Slide& slide() const { return *slide_; }

    /// Pixels of one tile, smaller at the right and lower edge; nothing for a tile that is not there, or that would
    /// take more than 2^30 pixels to read (the overview of a large slide that has a single level). What cannot be read
    /// is grey with diagonal lines; throws Error where the file itself is gone or cannot be opened.
    std::optional<RgbImage> tile(int level, std::int64_t column, std::int64_t row) const;

    /// The whole slide, its longer edge at most `edge` pixels; nothing where that would take too much reading.
    std::optional<RgbImage> thumbnail(int edge) const;

  private:
    RgbImage read(const Rect& area, int width, int height) const;

    std::shared_ptr<const Slide> slide_;
    int max_level_ = 0;
};

}  // namespace slidetype::viewer
