#include "tiler/slide_pixels.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "tiler/level_rect.h"
#include "tiler/resample.h"

namespace slidetype {
namespace {

constexpr std::int64_t kPieceEdge = 2048;   // of what is averaged in one go: 12 MiB
constexpr std::size_t kTilesToCompare = 5;  // the first that OpenSlide can read decides
constexpr std::int64_t kRoundTile = 100;    // pixels that are compared on each side of it
constexpr int kLargestDifference = 1;       // of any sample, in grey levels

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
        read_quickly(level, rect, shrink, out);
    else
        draw_carefully(level, rect, shrink, out, rect);
    return out;
}

void SlidePixels::read_quickly(int level, const Rect& rect, int shrink, RgbImage& out) {
    // A shift by less than half a pixel of level 0 is nothing to pixels that are as many of its pixels wide.
    if (shrink == 1 && !careful_->is_exact(level)) return read_shifted(level, rect, out);
    for (const Rect& part : quick_->read(level, rect, shrink, out)) draw_carefully(level, part, shrink, out, rect);
}

void SlidePixels::read_shifted(int level, const Rect& rect, RgbImage& out) {
    const auto shape = careful_->shifted(level);
    const Rect visible = common(rect, {0, 0, shape.width, shape.height});
    if (visible.empty()) return;
    RgbImage exact(static_cast<int>(visible.width + 2), static_cast<int>(visible.height + 2));
    const Rect with_border{visible.x - 1, visible.y - 1, visible.width + 2, visible.height + 2};
    if (quick_->read(level, with_border, 1, exact).empty())
        shift_like_openslide(shape, exact, visible, out, rect.x, rect.y);
    else
        draw_carefully(level, rect, 1, out, rect);
}

bool SlidePixels::shrinks_quickly(int level) {
    return trusts(level);
}

/// Draws `part` of `rect` into `out`, which has the size of the rect divided by `shrink`, with OpenSlide.
void SlidePixels::draw_carefully(int level, const Rect& part, int shrink, RgbImage& out, const Rect& rect) {
    if (shrink == 1) return careful_->draw(level, part, out, rect.x, rect.y);
    const auto right = up_to_multiple(part.right(), shrink), bottom = up_to_multiple(part.bottom(), shrink);
    for (auto y = part.y; y < bottom; y += kPieceEdge) {
        for (auto x = part.x; x < right; x += kPieceEdge) {
            const Rect piece{x, y, std::min(kPieceEdge, right - x), std::min(kPieceEdge, bottom - y)};
            RgbImage full = blank(piece.width, piece.height);
            careful_->draw(level, piece, full, piece.x, piece.y);
            const auto small = resampled(std::move(full), static_cast<int>(piece.width / shrink),
                                         static_cast<int>(piece.height / shrink));
            for (int row = 0; row < small.height; ++row)
                std::memcpy(
                    out.at(static_cast<int>((x - rect.x) / shrink), static_cast<int>((y - rect.y) / shrink) + row),
                    small.at(0, row), static_cast<std::size_t>(small.width) * 3);
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

/// Nothing where OpenSlide cannot read the area.
std::optional<bool> SlidePixels::agrees_on(int level, const Rect& area) {
    RgbImage wanted = blank(area.width, area.height), found = wanted;
    try {
        draw_carefully(level, area, 1, wanted, area);
        read_quickly(level, area, 1, found);
    } catch (const Error&) {
        return std::nullopt;
    }
    return alike(wanted, found);
}

}  // namespace slidetype
