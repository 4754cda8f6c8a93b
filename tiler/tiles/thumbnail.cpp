#include "tiler/tiles/thumbnail.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/error.h"

namespace slidetype {
namespace {

constexpr std::int64_t kReadEdge = 2048;     // pixels of the level per square: 12 MiB
constexpr std::int64_t kSmallestRead = 256;  // around damage, squares are halved down to this
constexpr std::size_t kMostDamage = 256;     // … until there is so much that it costs too long

/// Fills a thumbnail from one level.
class Shrinker {
  public:
    Shrinker(const Slide& slide, int level, std::int64_t factor_x, std::int64_t factor_y)
        : slide_(slide), level_(level), factor_x_(factor_x), factor_y_(factor_y) {
        const auto& size = slide.levels()[static_cast<std::size_t>(level)];
        thumbnail_.image = RgbImage(static_cast<int>((size.width + factor_x - 1) / factor_x),
                                    static_cast<int>((size.height + factor_y - 1) / factor_y));
        while (shrink_ < 8 && factor_x % (2 * shrink_) == 0 && factor_y % (2 * shrink_) == 0) shrink_ *= 2;
        if (shrink_ > 1 && !slide.shrinks_while_decoding(level)) shrink_ = 1;
        thumbnail_.scale_x = static_cast<double>(factor_x) * size.downsample_x;
        thumbnail_.scale_y = static_cast<double>(factor_y) * size.downsample_y;
    }

    Thumbnail run(const std::function<bool()>& stop_requested) && {
        const std::int64_t width = thumbnail_.image.width, height = thumbnail_.image.height;
        const auto step_x = std::max<std::int64_t>(1, kReadEdge / factor_x_);
        const auto step_y = std::max<std::int64_t>(1, kReadEdge / factor_y_);
        for (std::int64_t y = 0; y < height; y += step_y) {
            for (std::int64_t x = 0; x < width; x += step_x) {
                if (stop_requested && stop_requested())
                    throw Error(ErrorCode::cancelled, slide_.path().string(), "stopped on request");
                fill({x, y, std::min(step_x, width - x), std::min(step_y, height - y)});
            }
        }
        return std::move(thumbnail_);
    }

  private:
    /// Fills `part` (pixels of the thumbnail), in quarters where it cannot be read in one go.
    void fill(const Rect& part) {
        try {
            copy(part);
        } catch (const Error&) {
            const bool small = part.width * factor_x_ <= kSmallestRead && part.height * factor_y_ <= kSmallestRead;
            const bool single = part.width == 1 && part.height == 1;
            if (small || single || thumbnail_.unreadable.size() >= kMostDamage) {
                thumbnail_.unreadable.push_back(part);
                return;
            }
            const auto left = (part.width + 1) / 2, top = (part.height + 1) / 2;
            for (const Rect& quarter :
                 {Rect{part.x, part.y, left, top}, Rect{part.x + left, part.y, part.width - left, top},
                  Rect{part.x, part.y + top, left, part.height - top},
                  Rect{part.x + left, part.y + top, part.width - left, part.height - top}}) {
                if (!quarter.empty()) fill(quarter);
            }
        }
    }

    void copy(const Rect& part) {
        const auto& size = slide_.levels()[static_cast<std::size_t>(level_)];
        Rect source{part.x * factor_x_, part.y * factor_y_, part.width * factor_x_, part.height * factor_y_};
        source.width = std::min(source.width, size.width - source.x);
        source.height = std::min(source.height, size.height - source.y);
        // What is left over at the level's edge is less than one pixel of the thumbnail.
        source.width = std::max(source.width - source.width % shrink_, std::int64_t{shrink_});
        source.height = std::max(source.height - source.height % shrink_, std::int64_t{shrink_});
        RgbImage pixels = slide_.read_shrunk(level_, source, shrink_);

        cv::Mat from(pixels.height, pixels.width, CV_8UC3, pixels.pixels.data());
        const int missing_x = static_cast<int>((part.width * factor_x_ - source.width) / shrink_);
        const int missing_y = static_cast<int>((part.height * factor_y_ - source.height) / shrink_);
        // The last pixels of the thumbnail cover less of the level; repeating its border keeps the factor whole.
        if (missing_x > 0 || missing_y > 0) {
            cv::Mat whole;
            cv::copyMakeBorder(from, whole, 0, missing_y, 0, missing_x, cv::BORDER_REPLICATE);
            from = whole;
        }
        cv::Mat target(thumbnail_.image.height, thumbnail_.image.width, CV_8UC3, thumbnail_.image.pixels.data());
        cv::Mat to = target(cv::Rect(static_cast<int>(part.x), static_cast<int>(part.y), static_cast<int>(part.width),
                                     static_cast<int>(part.height)));
        cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
    }

    const Slide& slide_;
    int level_;
    std::int64_t factor_x_, factor_y_;
    int shrink_ = 1;  ///< by the decoder, a part of the factors
    Thumbnail thumbnail_;
};

}  // namespace

Thumbnail make_thumbnail(const Slide& slide, const Spacing& spacing, double spacing_um_px,
                         const std::function<bool()>& stop_requested) {
    const double area = static_cast<double>(slide.width()) * static_cast<double>(slide.height());
    const double finest =
        std::sqrt(area * spacing.x_um_px * spacing.y_um_px / static_cast<double>(kMostThumbnailPixels));
    const double wanted = std::max(spacing_um_px, finest);
    const int level = slide.best_level(wanted / std::max(spacing.x_um_px, spacing.y_um_px));
    const auto& size = slide.levels()[static_cast<std::size_t>(level)];
    const auto factor = [wanted](double um_px) { return std::max<std::int64_t>(1, std::llround(wanted / um_px)); };
    return Shrinker(slide, level, factor(spacing.x_um_px * size.downsample_x),
                    factor(spacing.y_um_px * size.downsample_y))
        .run(stop_requested);
}

}  // namespace slidetype
