#include "plugin/viewer/deep_zoom.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "tiler/level_rect.h"
#include "tiler/resampled_read.h"

namespace slidetype::viewer {
namespace {

constexpr std::int64_t kMostRead = std::int64_t{1} << 30;  ///< pixels for one tile
/// Larger areas are read in strips of about this many pixels, several at once, which bounds memory too.
constexpr std::int64_t kStripPixels = std::int64_t{1} << 20;

std::int64_t halved(std::int64_t value, int times) {
    const std::int64_t step = std::int64_t{1} << times;
    return (value + step - 1) / step;
}

void paste(const RgbImage& part, RgbImage& whole, int top) {
    std::ranges::copy(part.pixels, whole.pixels.begin() + std::ptrdiff_t{3} * whole.width * top);
}

}  // namespace

DeepZoom::DeepZoom(std::shared_ptr<const Slide> slide) : slide_(std::move(slide)) {
    const auto edge = std::max(slide_->width(), slide_->height());
    while (halved(edge, max_level_) > 1) ++max_level_;
}

std::optional<RgbImage> DeepZoom::tile(int level, std::int64_t column, std::int64_t row) const {
    if (level < 0 || level > max_level_ || column < 0 || row < 0) return std::nullopt;
    const int shrinks = max_level_ - level;
    const auto width = halved(slide_->width(), shrinks), height = halved(slide_->height(), shrinks);
    if (column > width / kTileSize || row > height / kTileSize) return std::nullopt;
    const Rect part{column * kTileSize, row * kTileSize, std::min<std::int64_t>(kTileSize, width - column * kTileSize),
                    std::min<std::int64_t>(kTileSize, height - row * kTileSize)};
    if (part.empty()) return std::nullopt;
    const std::int64_t scale = std::int64_t{1} << shrinks;
    const Rect area{part.x * scale, part.y * scale, std::min(part.width * scale, slide_->width() - part.x * scale),
                    std::min(part.height * scale, slide_->height() - part.y * scale)};
    const auto from = to_level(
        area, slide_->levels()[static_cast<std::size_t>(slide_->best_level(static_cast<double>(scale)))].downsample);
    if (from.width > kMostRead / from.height) return std::nullopt;
    return read(area, static_cast<int>(part.width), static_cast<int>(part.height));
}

std::optional<RgbImage> DeepZoom::thumbnail(int edge) const {
    const Rect all{0, 0, slide_->width(), slide_->height()};
    const double scale = std::max(1.0, static_cast<double>(std::max(all.width, all.height)) / edge);
    const auto& level = slide_->levels()[static_cast<std::size_t>(slide_->best_level(scale))];
    if (level.width > kMostRead / level.height) return std::nullopt;
    const auto shrunk = [scale](std::int64_t v) {
        return static_cast<int>(std::max(std::lround(static_cast<double>(v) / scale), 1L));
    };
    return read(all, shrunk(all.width), shrunk(all.height));
}

/// Level-0 `area` brought to width × height: from the coarsest level that is fine enough, in strips where it is large.
RgbImage DeepZoom::read(const Rect& area, int width, int height) const {
    const double scale = static_cast<double>(area.width) / width;
    const int level = slide_->best_level(scale);
    const double downsample = slide_->levels()[static_cast<std::size_t>(level)].downsample;
    const auto from = to_level(area, downsample);
    const auto rows = std::max<std::int64_t>(kStripPixels / from.width, 1);
    if (rows >= from.height) return read_resampled(*slide_, level, from, width, height);
    RgbImage whole(width, height);
    const auto strips = std::min<std::int64_t>((from.height + rows - 1) / rows, height);
    tbb::parallel_for(std::int64_t{0}, strips, [&](std::int64_t i) {
        const auto top = static_cast<int>(height * i / strips), bottom = static_cast<int>(height * (i + 1) / strips);
        const Rect strip{area.x, area.y + area.height * top / height, area.width,
                         area.height * bottom / height - area.height * top / height};
        paste(read_resampled(*slide_, level, to_level(strip, downsample), width, bottom - top), whole, top);
    });
    return whole;
}

}  // namespace slidetype::viewer
