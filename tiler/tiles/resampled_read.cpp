#include "tiler/tiles/resampled_read.h"

#include <algorithm>

#include "base/resampling/resample.h"

namespace slidetype {
namespace {

constexpr double kMostTooCoarse = 1.02;  // scanners' 40x is 0.2525 µm/px as often as 0.25
/// Shrinking by the decoder keeps what the resampling then lets through: P(LUSC) of `compact` moves by 0.005 to 0.010
/// on average on two genuine slides, and by 0.06 at most (level_bench).
constexpr double kLeftByDecoder = 2;
/// A coarser level was averaged, perhaps sharpened, and compressed anew by who wrote the slide. With a factor of two
/// left P(LUSC) moves by 0.03 on average and by 0.28 at most (0.06 and 0.43 for a network that never saw such
/// pictures).
constexpr double kLeftByLevel = 4;

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
    const auto rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

}  // namespace

int level_for_network(const Slide& slide, double downsample) {
    return slide.best_level(downsample * kMostTooCoarse / kLeftByLevel);
}

int shrink_for(const Slide& slide, int level, double ratio) {
    for (const int shrink : {8, 4, 2}) {
        if (kLeftByDecoder * shrink <= ratio * kMostTooCoarse) return slide.shrinks_while_decoding(level) ? shrink : 1;
    }
    return 1;
}

Rect widened(const Rect& rect, int shrink) {
    const auto x = floor_to(rect.x, shrink), y = floor_to(rect.y, shrink);
    return {x, y, -floor_to(-rect.right(), shrink) - x, -floor_to(-rect.bottom(), shrink) - y};
}

RgbImage read_resampled(const Slide& slide, int level, const Rect& rect, int width, int height) {
    const double ratio = std::min(static_cast<double>(rect.width) / width, static_cast<double>(rect.height) / height);
    const int shrink = shrink_for(slide, level, ratio);
    const Rect wide = widened(rect, shrink);
    const RgbImage shrunk = slide.read_shrunk(level, wide, shrink);
    RgbImage out(width, height);
    average_window(shrunk, window_of(rect, wide, shrink), out);
    return out;
}

}  // namespace slidetype
