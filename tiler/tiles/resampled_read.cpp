#include "tiler/tiles/resampled_read.h"

#include <algorithm>

#include "base/resampling/resample.h"

namespace slidetype {
namespace {

constexpr double kMostTooCoarse = 1.02;  // scanners' 40x is 0.2525 µm/px as often as 0.25
/// The decoder's filter is not the average that models were trained on. With a factor of two or more left to average,
/// scores stay; with less they moved by 0.013 on average (20x slides, the default model).
constexpr double kLeftToAverage = 2;

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
    const auto rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

}  // namespace

int shrink_for(const Slide& slide, int level, double ratio) {
    for (const int shrink : {8, 4, 2}) {
        if (kLeftToAverage * shrink <= ratio * kMostTooCoarse) return slide.shrinks_while_decoding(level) ? shrink : 1;
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
    resample_part(shrunk, rect, wide, shrink, out);
    return out;
}

}  // namespace slidetype
