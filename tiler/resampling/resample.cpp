#include "tiler/resampling/resample.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "tiler/resampling/weighted_sums.h"

namespace slidetype {
namespace {

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

/// The window, all of `from` but parts of its outermost pixels, averaged first down the columns, then along the rows.
void average(const cv::Mat& from, const Window& window, cv::Mat& to) {
    const auto columns = shares(window.x, window.width, to.cols, from.cols);
    const auto rows = shares(window.y, window.height, to.rows, from.rows);
    std::vector<float> mixed(static_cast<std::size_t>(from.cols) * 3 + 1);  // pixels are loaded with one sample more
    std::vector<const std::uint8_t*> lines(static_cast<std::size_t>(rows.taps));
    for (int y = 0; y < to.rows; ++y) {
        const float* down = rows.weights.data() + static_cast<std::ptrdiff_t>(y) * rows.taps;
        int taps = rows.taps;
        while (taps > 1 && down[taps - 1] == 0) --taps;
        for (int k = 0; k < taps; ++k)
            lines[static_cast<std::size_t>(k)] = from.ptr<std::uint8_t>(rows.first[static_cast<std::size_t>(y)] + k);
        sum_rows(lines.data(), down, taps, from.cols * 3, mixed.data());
        sum_pixels(mixed.data(), columns, to.ptr<std::uint8_t>(y));
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
