#include "plugin/results/exporters/drawing.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace slidetype::exporting {
namespace {

/// OpenCV's stroke fonts are ragged at small sizes, so text is drawn this much larger and shrunk.
constexpr int kOversampling = 4;
constexpr double kCapHeightAtScaleOne = 21;

struct Stroke {
    double scale;
    int thickness;
};
Stroke stroke(const Font& font) {
    const double large = font.cap_height * kOversampling;
    return {large / kCapHeightAtScaleOne, std::max(1, cvRound(large / (font.bold ? 5.0 : 8.5)))};
}

cv::Size large_size(const std::string& text, const Font& font) {
    const auto [scale, thickness] = stroke(font);
    int baseline = 0;
    return cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, thickness, &baseline);
}

/// Pixels of the area where `inked(row, column)` of the whole picture holds.
template <typename Inked>
void paint_where(cv::Mat& rgb, const cv::Rect& area, Color color, Inked inked) {
    const cv::Rect visible = area & cv::Rect(0, 0, rgb.cols, rgb.rows);
    for (int row = visible.y; row < visible.y + visible.height; ++row) {
        for (int column = visible.x; column < visible.x + visible.width; ++column) {
            if (inked(row, column)) rgb.at<cv::Vec3b>(row, column) = {color[0], color[1], color[2]};
        }
    }
}

/// Dots of 2 × 2 pixels in a staggered lattice.
bool is_dot(int row, int column) {
    const int shift = row % 8 < 4 ? 0 : 4;
    return row % 4 < 2 && (column + shift) % 8 < 2;
}

std::uint8_t mix(std::uint8_t from, std::uint8_t to, double share) {
    return static_cast<std::uint8_t>(std::lround(from + (to - from) * share));
}

}  // namespace

int text_width(const std::string& text, const Font& font) {
    return text.empty() ? 0 : (large_size(text, font).width + kOversampling - 1) / kOversampling;
}

void draw_text(cv::Mat& rgb, const std::string& text, int x, int baseline, const Font& font, Color color) {
    if (text.empty()) return;
    const auto [scale, thickness] = stroke(font);
    const int ascent = cvCeil(font.cap_height * 1.5), descent = cvCeil(font.cap_height * 0.6), pad = 2;
    const cv::Rect box(x - pad, baseline - ascent, text_width(text, font) + 2 * pad, ascent + descent);
    cv::Mat large(box.height * kOversampling, box.width * kOversampling, CV_8U, cv::Scalar(0));
    cv::putText(large, text, {pad * kOversampling, ascent * kOversampling}, cv::FONT_HERSHEY_SIMPLEX, scale, 255,
                thickness, cv::LINE_AA);
    cv::Mat ink;
    cv::resize(large, ink, box.size(), 0, 0, cv::INTER_AREA);
    const cv::Rect visible = box & cv::Rect(0, 0, rgb.cols, rgb.rows);
    for (int row = visible.y; row < visible.y + visible.height; ++row) {
        for (int column = visible.x; column < visible.x + visible.width; ++column) {
            const double share = ink.at<std::uint8_t>(row - box.y, column - box.x) / 255.0;
            auto& pixel = rgb.at<cv::Vec3b>(row, column);
            for (int channel = 0; channel < 3; ++channel) {
                pixel[channel] = mix(pixel[channel], color[static_cast<std::size_t>(channel)], share);
            }
        }
    }
}

std::string elided(const std::string& text, const Font& font, int width) {
    if (text_width(text, font) <= width) return text;
    for (std::size_t kept = std::min<std::size_t>(text.size(), 400); kept > 0; --kept) {
        const std::size_t tail = kept / 3;
        std::string shorter = text.substr(0, kept - tail) + "..." + text.substr(text.size() - tail);
        if (text_width(shorter, font) <= width) return shorter;
    }
    return {};
}

std::vector<std::string> wrapped(const std::string& text, const Font& font, int width, std::size_t max_lines) {
    std::vector<std::string> lines;
    std::size_t begin = text.find_first_not_of(' ');
    while (begin != std::string::npos && begin < text.size() && lines.size() < max_lines) {
        std::size_t end = begin;
        const bool last = lines.size() + 1 == max_lines;
        for (std::size_t blank = begin; !last && blank < text.size();) {
            blank = std::min(text.find(' ', blank + 1), text.size());
            if (text_width(text.substr(begin, blank - begin), font) > width) break;
            end = blank;
        }
        // The last line, or a word that is wider than a line, takes the rest as far as it goes.
        if (end == begin) end = last ? text.size() : std::min(text.find(' ', begin), text.size());
        lines.push_back(elided(text.substr(begin, end - begin), font, width));
        begin = text.find_first_not_of(' ', end);
    }
    return lines;
}

cv::Scalar scalar(Color color) {
    return {double(color[0]), double(color[1]), double(color[2])};
}

void fill(cv::Mat& rgb, const cv::Rect& area, Color color) {
    rgb(area & cv::Rect(0, 0, rgb.cols, rgb.rows)).setTo(scalar(color));
}

void hatch(cv::Mat& rgb, const cv::Rect& area) {
    fill(rgb, area, {70, 70, 70});
    paint_where(rgb, area, {225, 225, 225}, [](int row, int column) { return (row + column) % 6 < 2; });
}

void stipple(cv::Mat& rgb, const cv::Rect& area) {
    paint_where(rgb, area, kBenignColor, is_dot);
}

void rule(cv::Mat& rgb, const cv::Rect& area) {
    // The offset keeps the remainder positive.
    paint_where(rgb, area, kUnfamiliarColor, [](int row, int column) { return (row - column + (1 << 20)) % 6 < 2; });
}

Color heat_color(double prob_lusc) {
    constexpr Color kMiddle = {216, 216, 216};
    const Color luad = class_color("LUAD", 0), lusc = class_color("LUSC", 1);
    const double p = std::clamp(prob_lusc, 0.0, 1.0);
    Color color{};
    for (std::size_t channel = 0; channel < 3; ++channel) {
        color[channel] =
            p < 0.5 ? mix(luad[channel], kMiddle[channel], 2 * p) : mix(kMiddle[channel], lusc[channel], 2 * p - 1);
    }
    return color;
}

}  // namespace slidetype::exporting
