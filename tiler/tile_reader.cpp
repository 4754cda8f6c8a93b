#include "tiler/tile_reader.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "tiler/level_rect.h"
#include "tiler/resample.h"

namespace slidetype {
namespace {

/// Larger blocks (few-level slides and coarse models) are read tile by tile, so that memory stays bounded.
constexpr std::int64_t kMostBlockPixels = std::int64_t{1} << 25;

Rect around(const Rect& a, const Rect& b) {
    const auto x = std::min(a.x, b.x), y = std::min(a.y, b.y);
    return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Cuts `part` out of `image`, whose corner lies at `origin`, and appends it to `pixels` as a square of `patch`.
void append_patch(RgbImage& image, const Rect& origin, const Rect& part, int patch, std::vector<std::uint8_t>& pixels) {
    const cv::Mat whole(image.height, image.width, CV_8UC3, image.pixels.data());
    const cv::Mat from = whole(cv::Rect(static_cast<int>(part.x - origin.x), static_cast<int>(part.y - origin.y),
                                        static_cast<int>(part.width), static_cast<int>(part.height)));
    const auto start = pixels.size();
    pixels.resize(start + static_cast<std::size_t>(patch) * static_cast<std::size_t>(patch) * 3);
    cv::Mat to(patch, patch, CV_8UC3, pixels.data() + start);
    resample(from, to);
}

}  // namespace

BlockPixels TileReader::read(const TileBlock& block) const {
    const double downsample = slide_.levels()[static_cast<std::size_t>(grid_.level)].downsample;
    std::vector<Rect> parts;
    std::optional<Rect> all;
    for (const auto tile : block.tiles) {
        parts.push_back(to_level(grid_.tiles[tile].rect, downsample));
        all = all ? around(*all, parts.back()) : parts.back();
    }

    BlockPixels result;
    if (!all) return result;
    const auto edge = static_cast<std::size_t>(grid_.patch_size_px);
    result.pixels.reserve(block.tiles.size() * edge * edge * 3);
    if (all->width <= kMostBlockPixels / all->height) {
        try {
            RgbImage image = slide_.read(grid_.level, *all);
            const auto begin = Clock::now();
            for (const auto& part : parts) append_patch(image, *all, part, grid_.patch_size_px, result.pixels);
            result.seconds_resample = seconds_since(begin);
            result.tiles = block.tiles;
            return result;
        } catch (const Error&) {
            // Some tile of the block cannot be read; the loop below finds out which.
        }
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        try {
            RgbImage image = slide_.read(grid_.level, parts[i]);
            const auto begin = Clock::now();
            append_patch(image, parts[i], parts[i], grid_.patch_size_px, result.pixels);
            result.seconds_resample += seconds_since(begin);
            result.tiles.push_back(block.tiles[i]);
        } catch (const Error& error) {
            result.failures.push_back({block.tiles[i], error.cause()});
        }
    }
    return result;
}

}  // namespace slidetype
