#include "tiler/tiles/tile_reader.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "base/error.h"
#include "base/resampling/resample.h"
#include "base/stopwatch.h"
#include "tiler/slides/level_rect.h"
#include "tiler/tiles/resampled_read.h"

namespace slidetype {
namespace {

/// Larger blocks (few-level slides and coarse models) are read tile by tile, so that memory stays bounded.
constexpr std::int64_t kMostBlockPixels = std::int64_t{1} << 25;

Rect around(const Rect& a, const Rect& b) {
    const auto x = std::min(a.x, b.x), y = std::min(a.y, b.y);
    return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

/// Reads tiles of one grid level, shrinking while decoding by the same factor for all.
class PatchReader {
  public:
    PatchReader(const Slide& slide, const TileGrid& grid)
        : slide_(slide), level_(grid.level), patch_(grid.patch_size_px) {
        shrink_ = shrink_of_tiles(slide, grid);
    }

    std::int64_t pixels(const Rect& rect) const { return rect.width / shrink_ * (rect.height / shrink_); }

    /// Reads `whole` in one go and appends its `parts`, each as a square of the patch size.
    void append(const Rect& whole, std::span<const Rect> parts, BlockPixels& result) const {
        const Rect wide = widened(whole, shrink_);
        const RgbImage image = slide_.read_shrunk(level_, wide, shrink_);
        const auto begin = Clock::now();
        for (const Rect& part : parts) {
            auto& pixels = result.pixels;
            const auto start = pixels.size();
            pixels.resize(start + static_cast<std::size_t>(patch_) * static_cast<std::size_t>(patch_) * 3);
            resample_window(image, window_of(part, wide, shrink_), {std::span(pixels).subspan(start), patch_, patch_});
        }
        result.seconds_resample += seconds_since(begin);
    }

  private:
    const Slide& slide_;
    int level_, patch_, shrink_ = 1;
};

}  // namespace

int shrink_of_tiles(const Slide& slide, const TileGrid& grid) {
    const auto& level = slide.levels()[static_cast<std::size_t>(grid.level)];
    return shrink_for(
        slide, grid.level,
        std::min(grid.tile_width / level.downsample_x, grid.tile_height / level.downsample_y) / grid.patch_size_px);
}

BlockPixels TileReader::read(const TileBlock& block) const {
    const auto& level = slide_.levels()[static_cast<std::size_t>(grid_.level)];
    std::vector<Rect> parts;
    std::optional<Rect> all;
    for (const auto tile : block.tiles) {
        parts.push_back(to_level(grid_.tiles[tile].rect, level));
        all = all ? around(*all, parts.back()) : parts.back();
    }

    BlockPixels result;
    if (!all) return result;
    const auto edge = static_cast<std::size_t>(grid_.patch_size_px);
    result.pixels.reserve(block.tiles.size() * edge * edge * 3);
    const PatchReader reader(slide_, grid_);
    if (reader.pixels(*all) <= kMostBlockPixels) {
        try {
            reader.append(*all, parts, result);
            result.tiles = block.tiles;
            return result;
        } catch (const Error&) {
            // Some tile of the block cannot be read; the loop below finds out which.
        }
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        try {
            reader.append(parts[i], std::span(parts).subspan(i, 1), result);
            result.tiles.push_back(block.tiles[i]);
        } catch (const Error& error) {
            result.failures.push_back({block.tiles[i], error.cause()});
        }
    }
    return result;
}

}  // namespace slidetype
