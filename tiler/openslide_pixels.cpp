// Pixels come from OpenSlide in pieces. OpenSlide takes the corner of a region in whole level-0 pixels only; on a level
// whose downsample is no whole number that corner falls between two pixels of the level and OpenSlide interpolates, by
// another fraction for every corner. So that a pixel has one value however it is asked for, regions of such levels are
// put together from cells of a fixed lattice (the file's own tiles), each read from its own corner.
#include "tiler/openslide_pixels.h"

#include <openslide.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "tiler/level_rect.h"

namespace slidetype {
namespace {

constexpr std::int64_t kPieceEdge = 2048;  // bounds the memory beside the result: 16 MiB

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
    return tile_edge < 64 || tile_edge > kPieceEdge ? 256 : tile_edge;
}

}  // namespace

OpenSlidePixels::OpenSlidePixels(std::filesystem::path path, SlideHandle handle, std::vector<OpenSlideLevel> levels,
                                 Colour background)
    : path_(std::move(path)), levels_(std::move(levels)), background_(background), shared_(std::move(handle)) {}

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
std::optional<std::string> OpenSlidePixels::paint(openslide_t* handle, int level, const Rect& part, RgbImage& out,
                                                  std::int64_t origin_x, std::int64_t origin_y) const {
    const auto& geometry = levels_[static_cast<std::size_t>(level)];
    const bool fixed = !is_exact(level);
    const auto cell_width = fixed ? shifted(level).cell_width : kPieceEdge;
    const auto cell_height = fixed ? shifted(level).cell_height : kPieceEdge;
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
            for (auto row = top; row < bottom; ++row) {
                const std::uint32_t* from = argb.data() + (row - y) * width + (left - x);
                std::uint8_t* to = out.at(static_cast<int>(left - origin_x), static_cast<int>(row - origin_y));
                for (auto column = left; column < right; ++column, to += 3) composite(*from++, background_, to);
            }
        }
    }
    return std::nullopt;
}

void OpenSlidePixels::draw(int level, const Rect& part, RgbImage& out, std::int64_t origin_x, std::int64_t origin_y) {
    const SlideHandle handle = borrow();
    if (!paint(handle.get(), level, part, out, origin_x, origin_y)) return;
    // It may have been another thread's read that failed the handle, so try once more on one that nobody else knows.
    drop(handle);
    SlideHandle fresh = open_slide_file(path_);
    if (const auto error = paint(fresh.get(), level, part, out, origin_x, origin_y))
        throw Error(ErrorCode::corrupt, path_.string(), "pixels cannot be read: " + *error);
    offer(std::move(fresh));
}

}  // namespace slidetype
