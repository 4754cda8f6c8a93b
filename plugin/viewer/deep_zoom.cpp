#include "plugin/viewer/deep_zoom.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "tiler/slides/level_rect.h"
#include "tiler/tiles/resampled_read.h"

namespace slidetype::viewer {
namespace {

constexpr std::int64_t kMostRead = std::int64_t{1} << 30;  ///< pixels for one tile
/// Larger areas are read in strips of about this many pixels, several at once, which bounds memory too.
constexpr std::int64_t kStripPixels = std::int64_t{1} << 20;
constexpr int kSmallestPart = 16;  ///< pixels of a tile around damage

std::int64_t halved(std::int64_t value, int times) {
    const std::int64_t step = std::int64_t{1} << times;
    return (value + step - 1) / step;
}

struct Corner {
    int x = 0, y = 0;
};

void paste(const RgbImage& part, RgbImage& whole, Corner at) {
    for (int y = 0; y < part.height; ++y)
        std::copy_n(part.at(0, y), std::ptrdiff_t{3} * part.width, whole.at(at.x, at.y + y));
}

/// Grey with diagonal lines: no tissue and no glass looks so.
RgbImage unreadable_mark(int width, int height) {
    RgbImage mark(width, height, 200);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            if ((x + y) % 8 == 0) std::fill_n(mark.at(x, y), 3, std::uint8_t{120});
        }
    }
    return mark;
}

/// Level-0 `area` brought to width × height. Where it cannot be read it is halved both ways until what cannot be read
/// is small; that is marked. Throws what is not the fault of single pixels, as of a file that is gone.
RgbImage read_or_mark(const Slide& slide, int level, const Rect& area, int width, int height) {
    try {
        return read_resampled(slide, level, to_level(area, slide.levels()[static_cast<std::size_t>(level)]), width,
                              height);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::corrupt) throw;
    }
    if (width <= kSmallestPart && height <= kSmallestPart) return unreadable_mark(width, height);
    RgbImage whole(width, height);
    const std::array columns = {0, width > 1 ? (width + 1) / 2 : width, width};
    const std::array lines = {0, height > 1 ? (height + 1) / 2 : height, height};
    const auto at = [](std::int64_t start, std::int64_t length, int of, int i) { return start + length * i / of; };
    for (std::size_t row = 0; row < 2; ++row) {
        for (std::size_t column = 0; column < 2; ++column) {
            const int left = columns[column], right = columns[column + 1], top = lines[row], bottom = lines[row + 1];
            if (left == right || top == bottom) continue;
            const auto x = at(area.x, area.width, width, left), y = at(area.y, area.height, height, top);
            const Rect part{x, y, at(area.x, area.width, width, right) - x,
                            at(area.y, area.height, height, bottom) - y};
            paste(read_or_mark(slide, level, part, right - left, bottom - top), whole, {left, top});
        }
    }
    return whole;
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
    const auto from =
        to_level(area, slide_->levels()[static_cast<std::size_t>(slide_->best_level(static_cast<double>(scale)))]);
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
    const auto from = to_level(area, slide_->levels()[static_cast<std::size_t>(level)]);
    const auto rows = std::max<std::int64_t>(kStripPixels / from.width, 1);
    if (rows >= from.height) return read_or_mark(*slide_, level, area, width, height);
    RgbImage whole(width, height);
    const auto strips = std::min<std::int64_t>((from.height + rows - 1) / rows, height);
    tbb::parallel_for(std::int64_t{0}, strips, [&](std::int64_t i) {
        const auto top = static_cast<int>(height * i / strips), bottom = static_cast<int>(height * (i + 1) / strips);
        const Rect strip{area.x, area.y + area.height * top / height, area.width,
                         area.height * bottom / height - area.height * top / height};
        paste(read_or_mark(*slide_, level, strip, width, bottom - top), whole, {0, top});
    });
    return whole;
}

}  // namespace slidetype::viewer
