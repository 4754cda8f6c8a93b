#include "tiler/slides/slide_pixels.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/resampling/resample.h"
#include "tiler/slides/level_rect.h"

namespace slidetype {
namespace {

constexpr std::int64_t kPieceEdge = 2048;   // of what is averaged in one go: 12 MiB
constexpr std::size_t kTilesToCompare = 5;  // the first that OpenSlide can read decides
constexpr std::int64_t kRoundTile = 100;    // pixels that are compared on each side of it
constexpr int kLargestDifference = 1;       // of any sample, in grey levels
constexpr double kFinerEdge = 512;          // pixels of a finer level that stand for a missing tile, at a time

std::int64_t up_to_multiple(std::int64_t value, std::int64_t of) {
    return (value + of - 1) / of * of;
}

bool alike(const RgbImage& a, const RgbImage& b) {
    return std::equal(a.pixels.begin(), a.pixels.end(), b.pixels.begin(), b.pixels.end(),
                      [](int x, int y) { return std::abs(x - y) <= kLargestDifference; });
}

}  // namespace

SlidePixels::SlidePixels(std::unique_ptr<OpenSlidePixels> careful, std::unique_ptr<JpegTiff> quick, std::size_t levels,
                         JpegTiff::Colour background)
    : careful_(std::move(careful)),
      quick_(std::move(quick)),
      background_(background),
      trust_(std::make_unique<Trust[]>(levels)) {}

RgbImage SlidePixels::blank(std::int64_t width, std::int64_t height) const {
    RgbImage image(static_cast<int>(width), static_cast<int>(height), background_[0]);
    if (background_[1] == background_[0] && background_[2] == background_[0]) return image;  // nearly always
    for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = background_[i % 3];
    return image;
}

RgbImage SlidePixels::read(int level, const Rect& rect, int shrink) {
    RgbImage out = blank(rect.width / shrink, rect.height / shrink);
    if (trusts(level))
        read_quickly(level, rect, shrink, out, Believe::stream);
    else
        draw_carefully(level, rect, shrink, out, rect, Believe::stream);
    return out;
}

void SlidePixels::read_quickly(int level, const Rect& rect, int shrink, RgbImage& out, Believe whom) {
    // A shift by less than half a pixel of level 0 is nothing to pixels that are as many of its pixels wide.
    if (shrink == 1 && !careful_->is_exact(level)) return read_shifted(level, rect, out, whom);
    for (const Rect& part : quick_->read(level, rect, shrink, out, whom))
        draw_carefully(level, part, shrink, out, rect, whom);
}

void SlidePixels::read_shifted(int level, const Rect& rect, RgbImage& out, Believe whom) {
    const auto shape = careful_->shifted(level);
    const Rect visible = common(rect, {0, 0, shape.width, shape.height});
    if (visible.empty()) return;
    RgbImage exact = blank(visible.width + 2, visible.height + 2);
    const Rect with_border{visible.x - 1, visible.y - 1, visible.width + 2, visible.height + 2};
    for (const Rect& part : quick_->read(level, with_border, 1, exact, whom)) {
        if (!careful_->missing().touch(level, part)) return draw_carefully(level, rect, 1, out, rect, whom);
        fill_missing(level, part, exact, with_border);
    }
    shift_like_openslide(shape, exact, visible, out, rect.x, rect.y);
}

bool SlidePixels::shrinks_quickly(int level) {
    return trusts(level);
}

/// Draws `part` of `rect` into `out`, which has the size of the rect divided by `shrink`, with OpenSlide.
void SlidePixels::draw_carefully(int level, const Rect& part, int shrink, RgbImage& out, const Rect& rect,
                                 Believe whom) {
    if (shrink == 1) return draw_unshrunk(level, part, out, rect, whom);
    const auto right = up_to_multiple(part.right(), shrink), bottom = up_to_multiple(part.bottom(), shrink);
    for (auto y = part.y; y < bottom; y += kPieceEdge) {
        for (auto x = part.x; x < right; x += kPieceEdge) {
            const Rect piece{x, y, std::min(kPieceEdge, right - x), std::min(kPieceEdge, bottom - y)};
            RgbImage full = blank(piece.width, piece.height);
            draw_unshrunk(level, piece, full, piece, whom);
            const auto small = averaged(full, full.width / shrink, full.height / shrink);
            for (int row = 0; row < small.height; ++row)
                std::memcpy(
                    out.at(static_cast<int>((x - rect.x) / shrink), static_cast<int>((y - rect.y) / shrink) + row),
                    small.at(0, row), static_cast<std::size_t>(small.width) * 3);
        }
    }
}

void SlidePixels::draw_unshrunk(int level, const Rect& part, RgbImage& out, const Rect& rect, Believe whom) {
    fill_missing(level, part, out, rect);
    careful_->draw(level, part, out, rect.x, rect.y, whom);
}

/// Fills what tiles that the file misses have of `part`, a part of `rect`, which is the place of `out`.
void SlidePixels::fill_missing(int level, const Rect& part, RgbImage& out, const Rect& rect) {
    for (const Rect& tile : careful_->missing().within(level, part)) {
        if (!careful_->missing().are_background(level, tile)) {
            fill_from_finer(level, tile, part, out, rect);
            continue;
        }
        const Rect area = common(tile, part);
        for (auto y = area.y; y < area.bottom(); ++y) {
            std::uint8_t* to = out.at(static_cast<int>(area.x - rect.x), static_cast<int>(y - rect.y));
            for (std::int64_t i = 0; i < area.width; ++i, to += 3) std::ranges::copy(background_, to);
        }
    }
}

/// The mean of the finer pixels, in squares that lie at the same place whatever part is wanted.
void SlidePixels::fill_from_finer(int level, const Rect& tile, const Rect& part, RgbImage& out, const Rect& rect) {
    const auto coarse = careful_->shifted(level), fine = careful_->shifted(level - 1);
    const auto finer_per_pixel = [](std::int64_t more, std::int64_t fewer) {
        return static_cast<double>(more) / static_cast<double>(fewer);
    };
    const double across = finer_per_pixel(fine.width, coarse.width), down = finer_per_pixel(fine.height, coarse.height);
    const auto edge = std::max<std::int64_t>(1, static_cast<std::int64_t>(kFinerEdge / std::max(across, down)));
    for (auto y = tile.y; y < tile.bottom(); y += edge) {
        for (auto x = tile.x; x < tile.right(); x += edge) {
            const Rect square = common({x, y, edge, edge}, tile), wanted = common(square, part);
            if (wanted.empty()) continue;
            const double left = static_cast<double>(square.x) * across, top = static_cast<double>(square.y) * down;
            const double right = static_cast<double>(square.right()) * across;
            const double bottom = static_cast<double>(square.bottom()) * down;
            const auto first_x = static_cast<std::int64_t>(std::floor(left));
            const auto first_y = static_cast<std::int64_t>(std::floor(top));
            RgbImage finer = read(level - 1,
                                  {first_x, first_y, static_cast<std::int64_t>(std::ceil(right)) - first_x,
                                   static_cast<std::int64_t>(std::ceil(bottom)) - first_y},
                                  1);
            RgbImage small(static_cast<int>(square.width), static_cast<int>(square.height));
            average_window(
                finer,
                {left - static_cast<double>(first_x), top - static_cast<double>(first_y), right - left, bottom - top},
                small);
            for (auto row = wanted.y; row < wanted.bottom(); ++row)
                std::memcpy(out.at(static_cast<int>(wanted.x - rect.x), static_cast<int>(row - rect.y)),
                            small.at(static_cast<int>(wanted.x - square.x), static_cast<int>(row - square.y)),
                            static_cast<std::size_t>(wanted.width) * 3);
        }
    }
}

bool SlidePixels::trusts(int level) {
    if (!quick_ || !quick_->serves(level)) return false;
    auto& trust = trust_[static_cast<std::size_t>(level)];
    std::call_once(trust.once, [&] { trust.given = agrees(level); });
    return trust.given;
}

/// Compares what both make of the fullest file tile that OpenSlide can read, and of what lies round it if it can read
/// that too.
bool SlidePixels::agrees(int level) {
    const auto shape = careful_->shifted(level);
    for (const Rect& tile : quick_->fullest_tiles(level, kTilesToCompare)) {
        const Rect grown{tile.x - kRoundTile, tile.y - kRoundTile, tile.width + 2 * kRoundTile,
                         tile.height + 2 * kRoundTile};
        for (const Rect& area : {common(grown, {0, 0, shape.width, shape.height}), tile}) {
            if (const auto same = agrees_on(level, area)) {
                RgbImage alone = blank(tile.width, tile.height);
                return *same && quick_->read(level, tile, 1, alone).empty();
            }
        }
    }
    return false;
}

/// Nothing where OpenSlide cannot read the area, or reads it differently because tiles beside it are missing. Both go
/// by the TIFF's tag here, right or wrong, since OpenSlide can do no other.
std::optional<bool> SlidePixels::agrees_on(int level, const Rect& area) {
    const auto& missing = careful_->missing();
    if (!careful_->is_exact(level) && missing.touch(level, careful_->reach(level, missing.whole_tiles(level, area))))
        return std::nullopt;
    RgbImage wanted = blank(area.width, area.height), found = wanted;
    try {
        draw_carefully(level, area, 1, wanted, area, Believe::tag);
        read_quickly(level, area, 1, found, Believe::tag);
    } catch (const Error&) {
        return std::nullopt;
    }
    return alike(wanted, found);
}

}  // namespace slidetype
