// A gland is a thick bent stroke with a rough outline. Its distance transform (pixels from the outline inwards) says
// where everything goes: basement membrane at 0, nuclei at about 0.4 of the epithelium's height, apical border and
// lumen at its full height.
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "sample_slides/tissue.h"

namespace slidetype {
namespace {

constexpr int kFrame = 560;  // edge of the square that one gland is made in

struct Gland {
    cv::Mat mask;      // kFrame × kFrame
    cv::Point offset;  // of the frame on the canvas
};

cv::Mat gland_shape(double radius, Random& random) {
    cv::Mat mask(kFrame, kFrame, CV_8U, cv::Scalar(0));
    Point at{kFrame / 2.0, kFrame / 2.0};
    double angle = random.uniform(0, 2 * std::numbers::pi);
    const int strokes = random.below(4);
    cv::bitwise_or(
        mask, filled(blob(at, radius * random.uniform(0.9, 1.25), radius, angle, 0.1, 60, random), mask.size()), mask);
    for (int i = 0; i < strokes; ++i) {
        angle += random.uniform(-1.1, 1.1);
        at = {at.x + radius * 0.8 * std::cos(angle), at.y + radius * 0.8 * std::sin(angle)};
        const double size = radius * random.uniform(0.7, 1.05);
        cv::bitwise_or(mask, filled(blob(at, size, size, 0, 0.12, 60, random), mask.size()), mask);
    }
    cv::GaussianBlur(mask, mask, {31, 31}, 8);
    return mask > 127;
}

/// Fits when the gland lies within the region and keeps a strip of stroma to the others.
bool fits(const Gland& gland, const cv::Mat& region, const cv::Mat& occupied, int margin) {
    const cv::Rect frame(gland.offset, gland.mask.size());
    if ((frame & cv::Rect({0, 0}, region.size())) != frame) return false;
    cv::Mat cut_off = gland.mask.clone();
    cut_off(cv::Rect(1, 1, kFrame - 2, kFrame - 2)) = 0;
    if (cv::countNonZero(cut_off) > 0) return false;
    if (cv::countNonZero(gland.mask & (~region(frame) | occupied(frame))) > 0) return false;
    const cv::Mat wide = widened(gland.mask, margin);
    return cv::countNonZero(wide & occupied(frame)) == 0;
}

cv::Mat softened(const cv::Mat& mask) {
    cv::Mat soft;
    cv::GaussianBlur(mask, soft, {5, 5}, 1);
    return soft;
}

/// Where depth, roughened by a field, exceeds `limit`.
cv::Mat deeper_than(const cv::Mat& depth, double limit, double roughness, const SmoothField& field) {
    cv::Mat mask(depth.size(), CV_8U, cv::Scalar(0));
    for (int y = 0; y < depth.rows; ++y) {
        for (int x = 0; x < depth.cols; ++x) {
            const double here = depth.at<float>(y, x);
            if (here > 0 && here + roughness * field(x, y) > limit) mask.at<std::uint8_t>(y, x) = 255;
        }
    }
    return mask;
}

void paint_secretion(StainCanvas& canvas, const cv::Mat& lumen, cv::Point offset, Random& random) {
    const auto dirty = random.uniform();
    for (int i = 0; i < 7; ++i) {
        const Point at{random.uniform(kFrame * 0.3, kFrame * 0.7), random.uniform(kFrame * 0.3, kFrame * 0.7)};
        if (!inside(lumen, at)) continue;
        const Point place{at.x + offset.x, at.y + offset.y};
        if (dirty < 0.45) {  // mucin: pale, bluish
            const double angle = random.uniform(0, std::numbers::pi), ry = random.uniform(5, 12),
                         rx = random.uniform(8, 20);
            canvas.fill(blob(place, rx, ry, angle, 0.2, 30, random), {14, 14}, 0.5);
        } else if (dirty < 0.6) {  // shed, dying cells
            canvas.fill(blob(place, 9, 8, 0, 0.15, 18, random), {18, 70}, 0.8);
            canvas.fill(blob(place, 4, 3.5, 0, 0.15, 12, random), {190, 40});
        }
    }
}

struct Epithelium {
    double height;    // basement membrane to lumen
    double darkness;  // of the nuclei
    double width;     // of the nuclei
};

/// One row of nuclei standing on the basement membrane, their long axes across it.
void paint_nuclei_at(StainCanvas& canvas, const cv::Mat& depth, cv::Point offset, double level, double spacing,
                     const Epithelium& epithelium, Random& random) {
    const Point origin{static_cast<double>(offset.x), static_cast<double>(offset.y)};
    for (const Ring& ring : outlines(depth > level, origin)) {
        for (const Station& station : walk(ring, spacing, random)) {
            const double inwards = station.direction + std::numbers::pi / 2 + random.uniform(-0.25, 0.25);
            const double shift = random.uniform(-5, 5);
            const Point at{station.at.x + shift * std::cos(inwards), station.at.y + shift * std::sin(inwards)};
            const double width = epithelium.width * random.uniform(0.85, 1.2);
            paint_nucleus(
                canvas,
                {at, width * random.uniform(1.25, 1.6), width, inwards, epithelium.darkness, random.chance(0.45)},
                random);
        }
    }
}

void paint_cell_borders(StainCanvas& canvas, const cv::Mat& depth, cv::Point offset, const Epithelium& epithelium,
                        Random& random) {
    const Point origin{static_cast<double>(offset.x), static_cast<double>(offset.y)};
    for (const Ring& ring : outlines(depth > epithelium.height * 0.62, origin)) {
        for (const Station& station : walk(ring, 17, random)) {
            const double across = station.direction + std::numbers::pi / 2 + random.uniform(-0.15, 0.15);
            const double reach = epithelium.height * 0.28;
            canvas.line({{station.at.x - reach * std::cos(across), station.at.y - reach * std::sin(across)},
                         {station.at.x + reach * std::cos(across), station.at.y + reach * std::sin(across)}},
                        1, {12, 26}, 0.35);
        }
    }
}

void paint_gland(StainCanvas& canvas, const Gland& gland, Random& random) {
    cv::Mat depth;
    cv::distanceTransform(gland.mask, depth, cv::DIST_L2, cv::DIST_MASK_5);
    double deepest = 0;
    cv::minMaxLoc(depth, nullptr, &deepest);
    Epithelium epithelium{random.uniform(34, 46), random.uniform(100, 140), random.uniform(13, 17)};
    epithelium.height = std::min(epithelium.height, deepest - 7);
    const SmoothField rough(random, 50);
    const cv::Mat lumen = deeper_than(depth, epithelium.height, 4.5, rough);
    const Point origin{static_cast<double>(gland.offset.x), static_cast<double>(gland.offset.y)};

    canvas.fill(softened(gland.mask), gland.offset, {random.uniform(26, 38), random.uniform(46, 60)});
    canvas.fill(softened(deeper_than(depth, epithelium.height * 0.7, 5, rough)), gland.offset, {20, 52}, 0.8);
    for (const Ring& ring : outlines(gland.mask, origin)) canvas.line(ring, 2, {14, 100}, 0.7, true);
    paint_cell_borders(canvas, depth, gland.offset, epithelium, random);
    canvas.fill(softened(lumen), gland.offset, {1, 4});
    for (const Ring& ring : outlines(lumen, origin)) canvas.line(ring, 2, {30, 80}, 0.55, true);
    paint_secretion(canvas, lumen, gland.offset, random);
    paint_nuclei_at(canvas, depth, gland.offset, epithelium.height * 0.36, 17, epithelium, random);
    const bool stratified = random.chance(0.4);
    if (stratified) paint_nuclei_at(canvas, depth, gland.offset, epithelium.height * 0.68, 36, epithelium, random);
}

}  // namespace

void paint_acinar_tumour(StainCanvas& canvas, const cv::Mat& region, cv::Mat& occupied, Random& random) {
    struct Size {
        double low, high;
        int attempts, margin;
    };
    // Large glands first, then smaller ones into the gaps; sizes are radii of the strokes.
    for (const Size& size : {Size{80, 112, 2500, 18}, Size{62, 80, 5000, 14}, Size{46, 60, 7000, 10}}) {
        for (int attempt = 0; attempt < size.attempts; ++attempt) {
            const Point centre{random.uniform(0, region.cols), random.uniform(0, region.rows)};
            const double radius = random.uniform(size.low, size.high);
            if (!inside(region, centre) || !looks_free(occupied, centre, 0.7 * radius)) continue;
            const cv::Point offset(cvFloor(centre.x) - kFrame / 2, cvFloor(centre.y) - kFrame / 2);
            const Gland gland{gland_shape(radius, random), offset};
            if (!fits(gland, region, occupied, size.margin)) continue;
            paint_gland(canvas, gland, random);
            cv::Mat part = occupied(cv::Rect(offset, gland.mask.size()));
            part |= gland.mask;
        }
    }
}

}  // namespace slidetype
