#include "tiler/resample.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/core/hal/intrin.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace slidetype {
namespace {

/// The source pixels of the output pixels along an axis: of pixel i, `taps` from first[i] on, with shares that sum to 1
/// (some may be 0).
struct Shares {
    int taps = 0;
    std::vector<int> first;
    std::vector<float> weights;  ///< taps for each pixel
};

/// The share of source pixel k in the area [from, to).
double area_share(int k, double from, double to) {
    return std::max(0.0, std::min(to, k + 1.0) - std::max(from, static_cast<double>(k))) / (to - from);
}

/// Of `count` output pixels over [start, start + length), which lie within `size` source pixels.
Shares shares(double start, double length, int count, int size) {
    Shares all;
    all.taps = std::min(static_cast<int>(std::ceil(length / count)) + 1, size);
    all.weights.reserve(static_cast<std::size_t>(count) * static_cast<std::size_t>(all.taps));
    for (int i = 0; i < count; ++i) {
        const double from = start + length * i / count, to = start + length * (i + 1) / count;
        const int first = std::clamp(static_cast<int>(std::floor(from)), 0, size - all.taps);
        all.first.push_back(first);
        for (int k = first; k < first + all.taps; ++k)
            all.weights.push_back(static_cast<float>(area_share(k, from, to)));
    }
    return all;
}

constexpr int kLanes = cv::v_float32x4::nlanes;

/// The weighted sum of `taps` rows, `count` samples each, which is followed by room for more.
void mix_rows(const cv::Mat& from, int first, int taps, const float* weights, int count, float* sums) {
    int i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        auto sum = cv::v_setzero_f32();
        for (int k = 0; k < taps; ++k) {
            const auto bytes = cv::v_load_expand_q(from.ptr<std::uint8_t>(first + k) + i);
            sum = cv::v_muladd(cv::v_cvt_f32(cv::v_reinterpret_as_s32(bytes)), cv::v_setall_f32(weights[k]), sum);
        }
        cv::v_store(sums + i, sum);
    }
    for (; i < count; ++i) {
        sums[i] = 0;
        for (int k = 0; k < taps; ++k) sums[i] += weights[k] * static_cast<float>(from.ptr<std::uint8_t>(first + k)[i]);
    }
}

/// Each pixel from `taps` pixels of `mixed`, three samples each, and room for a fourth after the last.
void mix_pixels(const float* mixed, const Shares& columns, std::uint8_t* out) {
    const float* weight = columns.weights.data();
    const auto* last = &columns.first.back();
    for (const int& first : columns.first) {
        const float* in = mixed + static_cast<std::ptrdiff_t>(first) * 3;
        auto rgb = cv::v_setzero_f32();
        for (int k = 0; k < columns.taps; ++k, in += 3)
            rgb = cv::v_muladd(cv::v_load(in), cv::v_setall_f32(*weight++), rgb);
        const auto words = cv::v_pack(cv::v_round(rgb), cv::v_setzero_s32());
        const auto bytes = cv::v_reinterpret_as_u32(cv::v_pack_u(words, words)).get0();
        // Four bytes at once, the fourth of which the next pixel overwrites.
        std::memcpy(out, &bytes, &first == last ? 3 : 4);
        out += 3;
    }
}

/// The window, all of `from` but parts of its outermost pixels, averaged first down the columns, then along the rows.
void average(const cv::Mat& from, const Window& window, cv::Mat& to) {
    const auto columns = shares(window.x, window.width, to.cols, from.cols);
    const auto rows = shares(window.y, window.height, to.rows, from.rows);
    std::vector<float> mixed(static_cast<std::size_t>(from.cols) * 3 + 1);  // pixels are loaded with one sample more
    for (int y = 0; y < to.rows; ++y) {
        const float* down = rows.weights.data() + static_cast<std::ptrdiff_t>(y) * rows.taps;
        int taps = rows.taps;
        while (taps > 1 && down[taps - 1] == 0) --taps;
        mix_rows(from, rows.first[static_cast<std::size_t>(y)], taps, down, from.cols * 3, mixed.data());
        mix_pixels(mixed.data(), columns, to.ptr<std::uint8_t>(y));
    }
}

/// cv::resize averages quickly where each output pixel is a whole number of pixels, and one by one where it is not.
bool divides(const cv::Size& part, const cv::Size& whole) {
    return whole.width % part.width == 0 && whole.height % part.height == 0;
}

}  // namespace

void resample(const cv::Mat& from, cv::Mat& to) {
    const cv::Size shrunk(std::min(from.cols, to.cols), std::min(from.rows, to.rows));
    if (from.size() == to.size()) {
        from.copyTo(to);
    } else if (shrunk == to.size()) {
        if (divides(to.size(), from.size()))
            cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
        else
            average(from, {0, 0, static_cast<double>(from.cols), static_cast<double>(from.rows)}, to);
    } else if (shrunk == from.size()) {
        cv::resize(from, to, to.size(), 0, 0, cv::INTER_LINEAR);
    } else {
        cv::Mat middle;
        cv::resize(from, middle, shrunk, 0, 0, cv::INTER_AREA);
        cv::resize(middle, to, to.size(), 0, 0, cv::INTER_LINEAR);
    }
}

RgbImage resampled(RgbImage image, int width, int height) {
    if (image.width == width && image.height == height) return image;
    RgbImage out(width, height);
    const cv::Mat from(image.height, image.width, CV_8UC3, image.pixels.data());
    cv::Mat to(height, width, CV_8UC3, out.pixels.data());
    resample(from, to);
    return out;
}

void resample_window(const cv::Mat& from, const Window& window, cv::Mat& to) {
    const auto x = static_cast<int>(std::floor(window.x)), y = static_cast<int>(std::floor(window.y));
    const int right = std::min(static_cast<int>(std::ceil(window.x + window.width)), from.cols);
    const int bottom = std::min(static_cast<int>(std::ceil(window.y + window.height)), from.rows);
    const cv::Mat part = from(cv::Rect(x, y, right - x, bottom - y));
    const bool on_pixels = window.x == x && window.y == y && window.width == part.cols && window.height == part.rows;
    if (on_pixels) return resample(part, to);
    average(part, {window.x - x, window.y - y, window.width, window.height}, to);
}

void resample_part(const cv::Mat& from, const Rect& part, const Rect& whole, int shrink, cv::Mat& to) {
    if (shrink == 1) {
        resample(from(cv::Rect(static_cast<int>(part.x - whole.x), static_cast<int>(part.y - whole.y),
                               static_cast<int>(part.width), static_cast<int>(part.height))),
                 to);
        return;
    }
    const double scale = 1.0 / shrink;  // a power of two, so that nothing is rounded
    resample_window(from,
                    {static_cast<double>(part.x - whole.x) * scale, static_cast<double>(part.y - whole.y) * scale,
                     static_cast<double>(part.width) * scale, static_cast<double>(part.height) * scale},
                    to);
}

}  // namespace slidetype
