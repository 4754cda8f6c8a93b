// Colour of a pixel with amounts a_s of stain s:  I_c = I0 · illumination · exp(-Σ_s a_s / 100 · v_s,c)
// where v are the colours of the stains as optical densities (after Ruifrok and Johnston 2001, eosin a little bluer).
#include "sample_slides/stain_canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace slidetype {
namespace {

constexpr int kShift = 4;  // sub-pixel bits of OpenCV's polygons
constexpr double kGlass = 243;
constexpr double kDensity[3][3] = {{0.68, 0.72, 0.30}, {0.08, 0.78, 0.36}, {0.14, 0.95, 0.72}};

cv::Rect bounds_of(const Ring& ring, double margin, cv::Size size) {
    double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
    for (const Point& point : ring) {
        left = std::min(left, point.x);
        right = std::max(right, point.x);
        top = std::min(top, point.y);
        bottom = std::max(bottom, point.y);
    }
    const cv::Point from(cvFloor(left - margin), cvFloor(top - margin));
    const cv::Point to(cvCeil(right + margin) + 1, cvCeil(bottom + margin) + 1);
    return cv::Rect(from, to) & cv::Rect({0, 0}, size);
}

std::vector<cv::Point> fixed_point(const Ring& ring, cv::Point origin) {
    std::vector<cv::Point> points;
    for (const Point& point : ring) {
        points.emplace_back(cvRound((point.x - origin.x) * (1 << kShift)),
                            cvRound((point.y - origin.y) * (1 << kShift)));
    }
    return points;
}

/// Noise of 0 … 255, smooth over `grain_px`, in integer arithmetic alone so that it is the same on every processor.
cv::Mat smooth_noise(cv::Size size, double grain_px, Random& random) {
    const cv::Size coarse(cvCeil(size.width / grain_px) + 2, cvCeil(size.height / grain_px) + 2);
    cv::Mat seeds(coarse, CV_8U), noise;
    for (auto& value : cv::Mat_<std::uint8_t>(seeds)) value = static_cast<std::uint8_t>(random.below(256));
    cv::resize(seeds, noise, size, 0, 0, cv::INTER_LINEAR_EXACT);
    return noise;
}

using Table = std::array<std::array<std::array<double, 256>, 3>, 3>;  // [stain][colour][amount]

Table transmittances() {
    Table table{};
    for (std::size_t stain = 0; stain < 3; ++stain) {
        for (std::size_t color = 0; color < 3; ++color) {
            for (std::size_t amount = 0; amount < 256; ++amount) {
                table[stain][color][amount] = std::exp(-static_cast<double>(amount) / 100 * kDensity[stain][color]);
            }
        }
    }
    return table;
}

}  // namespace

void StainCanvas::fill(const cv::Mat& mask, cv::Point offset, const Stain& stain, double opacity) {
    const cv::Rect area = cv::Rect(offset, mask.size()) & cv::Rect({0, 0}, size());
    const int target[3] = {cvRound(stain.hematoxylin), cvRound(stain.eosin), cvRound(stain.red_cells)};
    const int strength = cvRound(opacity * 256);
    for (int y = area.y; y < area.y + area.height; ++y) {
        const auto* cover = mask.ptr<std::uint8_t>(y - offset.y);
        auto* row = amounts_.ptr<cv::Vec3b>(y);
        for (int x = area.x; x < area.x + area.width; ++x) {
            if (cover[x - offset.x] == 0) continue;
            const int weight = cover[x - offset.x] * strength;  // of 255 × 256
            for (int c = 0; c < 3; ++c) {
                const int mixed = (row[x][c] * (65280 - weight) + target[c] * weight + 32640) / 65280;
                row[x][c] = static_cast<std::uint8_t>(std::clamp(mixed, 0, 255));
            }
        }
    }
}

void StainCanvas::fill(const Ring& ring, const Stain& stain, double opacity) {
    const cv::Rect area = bounds_of(ring, 2, size());
    if (area.empty()) return;
    cv::Mat mask(area.size(), CV_8U, cv::Scalar(0));
    cv::fillPoly(mask, std::vector{fixed_point(ring, area.tl())}, cv::Scalar(255), cv::LINE_AA, kShift);
    fill(mask, area.tl(), stain, opacity);
}

void StainCanvas::line(const Ring& points, double thickness, const Stain& stain, double opacity, bool closed) {
    const cv::Rect area = bounds_of(points, thickness + 2, size());
    if (area.empty()) return;
    cv::Mat mask(area.size(), CV_8U, cv::Scalar(0));
    cv::polylines(mask, std::vector{fixed_point(points, area.tl())}, closed, cv::Scalar(255),
                  std::max(1, cvRound(thickness)), cv::LINE_AA, kShift);
    fill(mask, area.tl(), stain, opacity);
}

void StainCanvas::mottle(double grain_px, double strength, Random& random) {
    const cv::Mat noise = smooth_noise(size(), grain_px, random);
    const int gain = cvRound(strength * 256);
    for (int y = 0; y < amounts_.rows; ++y) {
        auto* row = amounts_.ptr<cv::Vec3b>(y);
        const auto* level = noise.ptr<std::uint8_t>(y);
        for (int x = 0; x < amounts_.cols; ++x) {
            const int factor = 32768 + gain * (level[x] - 128);  // of 32768
            for (int c = 0; c < 3; ++c) {
                row[x][c] = static_cast<std::uint8_t>(std::clamp(row[x][c] * factor / 32768, 0, 255));
            }
        }
    }
}

RgbImage StainCanvas::photograph(Random& random) const {
    static const Table table = transmittances();
    cv::Mat focused;
    cv::GaussianBlur(amounts_, focused, cv::Size(5, 5), 0.9);
    RgbImage picture(amounts_.cols, amounts_.rows);
    const double half_width = amounts_.cols / 2.0, half_height = amounts_.rows / 2.0;
    for (int y = 0; y < picture.height; ++y) {
        const auto* row = focused.ptr<cv::Vec3b>(y);
        for (int x = 0; x < picture.width; ++x) {
            const double dx = (x - half_width) / half_width, dy = (y - half_height) / half_height;
            const double light = kGlass * (1 - 0.012 * (dx * dx + dy * dy));
            const double noise = 1.2 * (random.uniform() + random.uniform() + random.uniform() - 1.5);
            for (std::size_t c = 0; c < 3; ++c) {
                const auto& amount = row[x];
                const double value = light * table[0][c][amount[0]] * table[1][c][amount[1]] * table[2][c][amount[2]];
                picture.at(x, y)[c] = static_cast<std::uint8_t>(std::clamp(std::lround(value + noise), 0L, 255L));
            }
        }
    }
    return picture;
}

}  // namespace slidetype
