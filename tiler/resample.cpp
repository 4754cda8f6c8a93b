#include "tiler/resample.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace slidetype {
namespace {

/// The source pixels of one output pixel along an axis, and their shares, which sum to 1.
struct Shares {
    int first = 0;
    std::vector<float> weights;
};

/// Below this, averaging over the area of an output pixel would mix up to twice that area and blur.
constexpr double kLeastToAverage = 1.2;

Shares area_shares(double from, double to, int size) {
    Shares one{std::clamp(static_cast<int>(std::floor(from)), 0, size - 1), {}};
    const int last = std::clamp(static_cast<int>(std::ceil(to)) - 1, one.first, size - 1);
    for (int k = one.first; k <= last; ++k)
        one.weights.push_back(
            static_cast<float>(std::max(0.0, std::min(to, k + 1.0) - std::max(from, double(k))) / (to - from)));
    return one;
}

/// Cubic convolution (Keys 1981, a = -1/2) at `centre`; beyond the picture its last pixel is repeated.
Shares cubic_shares(double centre, int size) {
    const int middle = static_cast<int>(std::floor(centre));
    const double t = centre - middle;
    const double weights[4] = {((-0.5 * t + 1) * t - 0.5) * t, (1.5 * t - 2.5) * t * t + 1,
                               ((-1.5 * t + 2) * t + 0.5) * t, (0.5 * t - 0.5) * t * t};
    const auto inside = [size](int k) { return std::clamp(k, 0, size - 1); };
    Shares one{inside(middle - 1), {}};
    one.weights.assign(static_cast<std::size_t>(inside(middle + 2) - one.first + 1), 0.0F);
    for (int k = 0; k < 4; ++k)
        one.weights[static_cast<std::size_t>(inside(middle - 1 + k) - one.first)] += static_cast<float>(weights[k]);
    return one;
}

std::vector<Shares> shares(double start, double length, int count, int size) {
    std::vector<Shares> all;
    const double step = length / count;
    for (int i = 0; i < count; ++i)
        all.push_back(step < kLeastToAverage
                          ? cubic_shares(start + step * (i + 0.5) - 0.5, size)
                          : area_shares(start + length * i / count, start + length * (i + 1) / count, size));
    return all;
}

/// `sums` becomes the weighted sum of rows.
void mix_rows(const cv::Mat& from, const Shares& rows, std::vector<float>& sums) {
    std::fill(sums.begin(), sums.end(), 0.0F);
    for (std::size_t k = 0; k < rows.weights.size(); ++k) {
        const auto* row = from.ptr<std::uint8_t>(rows.first + static_cast<int>(k));
        const float weight = rows.weights[k];
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * static_cast<float>(row[i]);
    }
}

void weigh(const cv::Mat& from, const Window& window, cv::Mat& to) {
    const auto columns = shares(window.x, window.width, to.cols, from.cols);
    const auto rows = shares(window.y, window.height, to.rows, from.rows);
    std::vector<float> mixed(static_cast<std::size_t>(from.cols) * 3);
    for (int y = 0; y < to.rows; ++y) {
        mix_rows(from, rows[static_cast<std::size_t>(y)], mixed);
        auto* out = to.ptr<std::uint8_t>(y);
        for (const auto& [first, weights] : columns) {
            float rgb[3] = {0.5F, 0.5F, 0.5F};
            const float* in = mixed.data() + static_cast<std::size_t>(first) * 3;
            for (const float weight : weights) {
                for (int c = 0; c < 3; ++c) rgb[c] += weight * in[c];
                in += 3;
            }
            for (int c = 0; c < 3; ++c) *out++ = static_cast<std::uint8_t>(std::clamp(rgb[c], 0.0F, 255.0F));
        }
    }
}

}  // namespace

void resample(const cv::Mat& from, cv::Mat& to) {
    const cv::Size shrunk(std::min(from.cols, to.cols), std::min(from.rows, to.rows));
    if (from.size() == to.size()) {
        from.copyTo(to);
    } else if (shrunk == to.size()) {
        cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
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
    const bool averages = part.cols >= kLeastToAverage * to.cols && part.rows >= kLeastToAverage * to.rows;
    if (on_pixels && (averages || part.size() == to.size())) return resample(part, to);
    weigh(part, {window.x - x, window.y - y, window.width, window.height}, to);
}

}  // namespace slidetype
