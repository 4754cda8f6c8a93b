// Pixels come from OpenSlide in pieces. OpenSlide takes the corner of a region in whole level-0 pixels only; on a level
// whose downsample is no whole number that corner falls between two pixels of the level and OpenSlide interpolates, by
// another fraction for every corner. So that a pixel has one value however it is asked for, regions of such levels are
// put together from cells of a fixed lattice (the file's own tiles), each read from its own corner.
//
// A tile that the file misses makes OpenSlide fail on every region that touches it, so such regions are read tile by
// tile. Where OpenSlide interpolates, a tile beside a missing one is read from within itself: its corner is moved
// inwards to the next level-0 pixel, and the last row and column, for which the neighbour would be needed, are
// repeated.
#include "tiler/slides/openslide_pixels.h"

#include <openslide.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "tiler/slides/level_rect.h"
#include "tiler/tiff/ycbcr.h"

namespace slidetype {
namespace {

constexpr std::int64_t kOpenSlideEdge = 2048;  // bounds the memory beside the result: 16 MiB

/// Cuts `length` pixels from `start` at the lines `origin + k · step`.
std::vector<std::pair<std::int64_t, std::int64_t>> cut(std::int64_t start, std::int64_t length, std::int64_t origin,
                                                       std::int64_t step) {
    std::vector<std::pair<std::int64_t, std::int64_t>> parts;
    for (auto from = start; from < start + length;) {
        const auto to = std::min(start + length, origin + ((from - origin) / step + 1) * step);
        parts.emplace_back(from, to);
        from = to;
    }
    return parts;
}

/// Premultiplied ARGB over an opaque background.
void composite(std::uint32_t argb, const OpenSlidePixels::Colour& background, std::uint8_t* rgb) {
    const std::uint32_t missing = 255U - (argb >> 24);
    for (std::size_t c = 0; c < 3; ++c) {
        const std::uint32_t value = argb >> (16 - 8 * c) & 255U;
        rgb[c] = static_cast<std::uint8_t>(
            missing == 0 ? value : std::min(255U, value + (background[c] * missing + 127U) / 255U));
    }
}

std::int64_t cell_edge(std::int64_t tile_edge) {
    return tile_edge < 64 || tile_edge > kOpenSlideEdge ? 256 : tile_edge;
}

}  // namespace

OpenSlidePixels::OpenSlidePixels(std::filesystem::path path, SlideHandle handle, std::vector<OpenSlideLevel> levels,
                                 MissingTiles missing, Colour background)
    : path_(std::move(path)),
      levels_(std::move(levels)),
      missing_(std::move(missing)),
      background_(background),
      shared_(std::move(handle)) {}

bool OpenSlidePixels::is_exact(int level) const {
    const double downsample = levels_[static_cast<std::size_t>(level)].downsample;
    return downsample == std::floor(downsample);
}

ShiftedLevel OpenSlidePixels::shifted(int level) const {
    const auto& from = levels_[static_cast<std::size_t>(level)];
    return {from.width,      from.height,      from.downsample, cell_edge(from.tile_width), cell_edge(from.tile_height),
            from.tile_width, from.tile_height, background_};
}

/// The handle that all share, opened again where a failure has used it up.
SlideHandle OpenSlidePixels::borrow() {
    const std::lock_guard lock(mutex_);
    if (!shared_) shared_ = open_slide_file(path_);
    return shared_;
}

void OpenSlidePixels::drop(const SlideHandle& failed) {
    const std::lock_guard lock(mutex_);
    if (shared_ == failed) shared_.reset();
}

void OpenSlidePixels::offer(SlideHandle fresh) {
    const std::lock_guard lock(mutex_);
    if (!shared_) shared_ = std::move(fresh);
}

/// OpenSlide's message where it failed; the handle is then of no more use.
std::optional<std::string> OpenSlidePixels::paint(openslide_t* handle, int level, const Rect& part,
                                                  const Target& target) const {
    // On levels where OpenSlide interpolates, a tile is painted in one way or the other, whatever part of it is wanted.
    const bool copied = is_exact(level) && !missing_.between_pixels(level);
    const Rect looked_at = copied ? part : reach(level, missing_.whole_tiles(level, part));
    if (!missing_.touch(level, looked_at)) return paint_cells(handle, level, part, target);
    for (const Rect& piece : missing_.present(level, part)) {
        const Rect tile = missing_.tile_at(level, piece.x, piece.y);
        const bool alone = !copied && missing_.touch(level, reach(level, tile));
        const auto error =
            alone ? paint_alone(handle, level, piece, target) : paint_cells(handle, level, piece, target);
        if (error) return error;
    }
    return std::nullopt;
}

/// What may be looked at to paint a part.
Rect OpenSlidePixels::reach(int level, const Rect& part) const {
    if (is_exact(level)) {
        const std::int64_t more = missing_.between_pixels(level) ? 1 : 0;
        return {part.x - more, part.y - more, part.width + 2 * more, part.height + 2 * more};
    }
    const auto cells = shifted(level);
    const auto x = part.x / cells.cell_width * cells.cell_width, y = part.y / cells.cell_height * cells.cell_height;
    return {x - 1, y - 1, part.right() + 2 - x, part.bottom() + 2 - y};
}

std::optional<std::string> OpenSlidePixels::paint_cells(openslide_t* handle, int level, const Rect& part,
                                                        const Target& target) const {
    const auto& geometry = levels_[static_cast<std::size_t>(level)];
    const bool fixed = !is_exact(level);
    const auto cell_width = fixed ? shifted(level).cell_width : kOpenSlideEdge;
    const auto cell_height = fixed ? shifted(level).cell_height : kOpenSlideEdge;
    const Rect visible = common(part, {0, 0, geometry.width, geometry.height});
    const auto columns = cut(visible.x, visible.width, fixed ? 0 : visible.x, cell_width);
    const auto rows = cut(visible.y, visible.height, fixed ? 0 : visible.y, cell_height);
    std::vector<std::uint32_t> argb;
    for (const auto& [top, bottom] : rows) {
        for (const auto& [left, right] : columns) {
            const auto x = fixed ? left / cell_width * cell_width : left;
            const auto y = fixed ? top / cell_height * cell_height : top;
            const auto width = right - x, height = bottom - y;
            argb.resize(static_cast<std::size_t>(width * height));
            openslide_read_region(handle, argb.data(), std::llround(static_cast<double>(x) * geometry.downsample),
                                  std::llround(static_cast<double>(y) * geometry.downsample), level, width, height);
            if (const char* error = openslide_get_error(handle)) return std::string(error);
            copy(argb, {x, y, width, height}, {left, top, right - left, bottom - top}, target);
        }
    }
    return std::nullopt;
}

/// A part of one file tile, without a look at its neighbours.
std::optional<std::string> OpenSlidePixels::paint_alone(openslide_t* handle, int level, const Rect& part,
                                                        const Target& target) const {
    const auto downsample = levels_[static_cast<std::size_t>(level)].downsample;
    const Rect tile = missing_.tile_at(level, part.x, part.y);
    const auto inwards = [downsample](std::int64_t corner) {
        auto at = std::llround(std::ceil(static_cast<double>(corner) * downsample));
        while (static_cast<double>(at) / downsample < static_cast<double>(corner)) ++at;
        return at;
    };
    // Where tiles begin between pixels, the outermost ones on all sides are their neighbours' as well.
    const std::int64_t margin = missing_.between_pixels(level) ? 1 : 0;
    const Rect own{tile.x + margin, tile.y + margin, std::max<std::int64_t>(tile.width - 1 - 2 * margin, 1),
                   std::max<std::int64_t>(tile.height - 1 - 2 * margin, 1)};
    std::vector<std::uint32_t> argb(static_cast<std::size_t>(own.width * own.height));
    openslide_read_region(handle, argb.data(), inwards(own.x), inwards(own.y), level, own.width, own.height);
    if (const char* error = openslide_get_error(handle)) return std::string(error);
    copy(argb, own, part, target);
    return std::nullopt;
}

/// Copies `part` of what was read of `from`, whose outermost rows and columns stand for those beyond.
void OpenSlidePixels::copy(const std::vector<std::uint32_t>& argb, const Rect& from, const Rect& part,
                           const Target& target) const {
    const Colour beneath = target.from_ycbcr ? to_ycbcr(background_) : background_;
    for (auto row = part.y; row < part.bottom(); ++row) {
        const std::uint32_t* line =
            argb.data() + std::clamp<std::int64_t>(row - from.y, 0, from.height - 1) * from.width;
        std::uint8_t* to =
            target.out.at(static_cast<int>(part.x - target.origin_x), static_cast<int>(row - target.origin_y));
        if (part.x >= from.x && part.right() <= from.right()) {
            const std::uint32_t* pixel = line + (part.x - from.x);
            for (std::int64_t i = 0; i < part.width; ++i) composite(*pixel++, beneath, to + 3 * i);
        } else {
            for (std::int64_t i = 0; i < part.width; ++i)
                composite(line[std::clamp<std::int64_t>(part.x + i - from.x, 0, from.width - 1)], beneath, to + 3 * i);
        }
        if (!target.from_ycbcr) continue;
        for (std::int64_t i = 0; i < part.width; ++i) from_ycbcr(to + 3 * i);
    }
}

void OpenSlidePixels::draw(int level, const Rect& part, RgbImage& out, std::int64_t origin_x, std::int64_t origin_y,
                           JpegTiff::Believe whom) {
    const auto colours = levels_[static_cast<std::size_t>(level)].colours;
    const bool overruled = whom == JpegTiff::Believe::stream && colours != TaggedColours::right;
    if (overruled && colours == TaggedColours::rgb_called_ycbcr)
        throw Error(ErrorCode::corrupt, path_.string(),
                    "pixels cannot be read: they are RGB, the file calls them YCbCr, and the quick way failed");
    const Target target{out, origin_x, origin_y, overruled};
    const SlideHandle handle = borrow();
    if (!paint(handle.get(), level, part, target)) return;
    // It may have been another thread's read that failed the handle, so try once more on one that nobody else knows.
    drop(handle);
    SlideHandle fresh = open_slide_file(path_);
    if (const auto error = paint(fresh.get(), level, part, target))
        throw Error(ErrorCode::corrupt, path_.string(), "pixels cannot be read: " + *error);
    offer(std::move(fresh));
}

}  // namespace slidetype
