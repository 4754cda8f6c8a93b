// First down the columns, which takes neighbouring samples at once, then along the rows.
// The triangle is that of Pillow's src/libImaging/Resample.c (precompute_coeffs, bilinear_filter).
#include "base/resampling/resample.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/resampling/weighted_sums.h"

namespace slidetype {
namespace {

enum class Kernel : std::uint8_t {
    triangle,  ///< Pillow's antialiased BILINEAR
    mean,      ///< over the area of an output pixel, where that is no smaller than a pixel; else as the triangle
};

/// The window along one axis, of a picture that has `size` pixels along it.
struct Axis {
    double start = 0, length = 0;
    int size = 0;
};

/// Source pixels from `first` on, and what each counts, before their sum is one.
struct Weighed {
    int first = 0;
    std::vector<double> weights;
};

/// How much each source pixel counts for output pixel `i` of `count`.
void weigh(const Axis& axis, int i, int count, Kernel kernel, Weighed& out) {
    const double scale = axis.length / count, end = axis.start + axis.length;
    const double centre = axis.start + (i + 0.5) * scale;
    if (scale < 1) kernel = Kernel::triangle;
    const double reach = kernel == Kernel::triangle ? std::max(scale, 1.0) : scale / 2;
    const double from = std::max(centre - reach, axis.start), to = std::min(centre + reach, end);
    out.first = std::clamp(static_cast<int>(std::floor(from)), 0, axis.size - 1);
    const int last = std::clamp(static_cast<int>(std::ceil(to)) - 1, out.first, axis.size - 1);
    out.weights.clear();
    for (int k = out.first; k <= last; ++k) {
        if (kernel == Kernel::mean) {
            out.weights.push_back(std::max(0.0, std::min(to, k + 1.0) - std::max(from, static_cast<double>(k))));
            continue;
        }
        const double left = std::max(axis.start, static_cast<double>(k)), right = std::min(end, k + 1.0);
        const double share = std::max(0.0, 1 - std::abs((left + right) / 2 - centre) / reach);
        const double weight = share * std::max(0.0, right - left);
        if (out.weights.empty() && weight == 0) {
            out.first = std::min(k + 1, last);
            continue;
        }
        out.weights.push_back(weight);
    }
    while (!out.weights.empty() && out.weights.back() == 0) out.weights.pop_back();
}

/// Appends the weights as parts of 2^14 that sum to it: what rounding took from one goes to the next.
void append_rounded(const std::vector<double>& weights, int taps, std::vector<std::int16_t>& out) {
    double sum = 0;
    for (const double weight : weights) sum += weight;
    const double unit = (1 << kWeightBits) / sum;
    double reached = 0;
    long given = 0;
    for (const double weight : weights) {
        reached += weight * unit;
        const long next = std::lround(reached);
        out.push_back(static_cast<std::int16_t>(next - given));
        given = next;
    }
    out.resize(out.size() + static_cast<std::size_t>(taps) - weights.size(), 0);
}

Shares shares(const Axis& axis, int count, Kernel kernel) {
    Shares all;
    std::vector<Weighed> pixels(static_cast<std::size_t>(count));
    std::size_t most = 1;
    for (int i = 0; i < count; ++i) {
        auto& pixel = pixels[static_cast<std::size_t>(i)];
        weigh(axis, i, count, kernel, pixel);
        most = std::max(most, pixel.weights.size());
    }
    all.taps = static_cast<int>(most + kTapsAtOnce - 1) / kTapsAtOnce * kTapsAtOnce;
    all.weights.reserve(static_cast<std::size_t>(count) * static_cast<std::size_t>(all.taps));
    for (const auto& pixel : pixels) {
        all.first.push_back(pixel.first);
        append_rounded(pixel.weights, all.taps, all.weights);
    }
    return all;
}

/// `lines`: of source rows, as many as there are taps. An even number of them has all the weight; returned.
int gather_lines(const RgbView& from, const Shares& rows, int y, std::vector<const std::uint8_t*>& lines) {
    const int first = rows.first[static_cast<std::size_t>(y)];
    const auto* weights = rows.weights.data() + static_cast<std::ptrdiff_t>(y) * rows.taps;
    int taps = rows.taps;
    while (taps > 2 && weights[taps - 1] == 0 && weights[taps - 2] == 0) taps -= 2;
    for (int k = 0; k < taps; ++k) lines[static_cast<std::size_t>(k)] = from.row(std::min(first + k, from.height - 1));
    return taps;
}

void sum_up(const RgbView& from, const Window& window, Kernel kernel, const RgbTarget& to) {
    static const WayToSum sum = ways_to_sum().front();
    const Axis across{window.x, window.width, from.width}, down{window.y, window.height, from.height};
    const auto columns = shares(across, to.width, kernel);
    const bool alike =
        across.start == down.start && across.length == down.length && across.size == down.size && to.width == to.height;
    const auto rows = alike ? columns : shares(down, to.height, kernel);
    const int samples = 3 * from.width;
    std::vector<std::int16_t> mixed(static_cast<std::size_t>(samples + samples_read_beyond(columns)));
    std::vector<const std::uint8_t*> lines(static_cast<std::size_t>(rows.taps));
    for (int y = 0; y < to.height; ++y) {
        const int taps = gather_lines(from, rows, y, lines);
        sum.rows(lines.data(), rows.weights.data() + static_cast<std::ptrdiff_t>(y) * rows.taps, taps, samples,
                 mixed.data());
        sum.pixels(mixed.data(), columns, to.pixels.data() + static_cast<std::ptrdiff_t>(y) * to.width * 3);
    }
}

/// Cuts off what lies beyond the window; what is left of it may start and end within a pixel.
RgbView cut(const RgbView& from, const Window& window, Window& within) {
    const auto x = static_cast<int>(std::floor(window.x)), y = static_cast<int>(std::floor(window.y));
    const int right = std::min(static_cast<int>(std::ceil(window.x + window.width)), from.width);
    const int bottom = std::min(static_cast<int>(std::ceil(window.y + window.height)), from.height);
    within = {window.x - x, window.y - y, window.width, window.height};
    return from.part({x, y, right - x, bottom - y});
}

Window whole_of(const RgbView& picture) {
    return {0, 0, static_cast<double>(picture.width), static_cast<double>(picture.height)};
}

void copy(const RgbView& from, const RgbTarget& to) {
    const auto bytes = static_cast<std::size_t>(from.width) * 3;
    for (int y = 0; y < from.height; ++y)
        std::memcpy(to.pixels.data() + static_cast<std::size_t>(y) * bytes, from.row(y), bytes);
}

/// The window has parts of all of `from`.
void bring_to_size(const RgbView& from, const Window& window, Kernel kernel, const RgbTarget& to) {
    const bool on_pixels = window.x == 0 && window.y == 0 && window.width == to.width && window.height == to.height;
    if (on_pixels)
        copy(from, to);
    else
        sum_up(from, window, kernel, to);
}

}  // namespace

RgbView RgbView::part(const Rect& rect) const {
    RgbView view = *this;
    view.pixels = row(static_cast<int>(rect.y)) + rect.x * 3;
    view.width = static_cast<int>(rect.width), view.height = static_cast<int>(rect.height);
    return view;
}

void resample(const RgbView& from, const RgbTarget& to) {
    bring_to_size(from, whole_of(from), Kernel::triangle, to);
}

RgbImage resampled(RgbImage image, int width, int height) {
    if (image.width == width && image.height == height) return image;
    RgbImage out(width, height);
    resample(image, out);
    return out;
}

void resample_window(const RgbView& from, const Window& window, const RgbTarget& to) {
    Window within;
    const RgbView part = cut(from, window, within);
    bring_to_size(part, within, Kernel::triangle, to);
}

void average_window(const RgbView& from, const Window& window, const RgbTarget& to) {
    Window within;
    const RgbView part = cut(from, window, within);
    bring_to_size(part, within, Kernel::mean, to);
}

RgbImage averaged(const RgbImage& image, int width, int height) {
    RgbImage out(width, height);
    bring_to_size(image, whole_of(image), Kernel::mean, out);
    return out;
}

Window window_of(const Rect& part, const Rect& whole, int shrink) {
    const double scale = 1.0 / shrink;  // a power of two, so that nothing is rounded
    return {static_cast<double>(part.x - whole.x) * scale, static_cast<double>(part.y - whole.y) * scale,
            static_cast<double>(part.width) * scale, static_cast<double>(part.height) * scale};
}

}  // namespace slidetype
