#include "sample_slides/shapes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace slidetype {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

Ring cut_corners(const Ring& ring) {
    Ring softer;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Point& a = ring[i];
        const Point& b = ring[(i + 1) % ring.size()];
        softer.push_back({0.75 * a.x + 0.25 * b.x, 0.75 * a.y + 0.25 * b.y});
        softer.push_back({0.25 * a.x + 0.75 * b.x, 0.25 * a.y + 0.75 * b.y});
    }
    return softer;
}

/// Where the edges of a polygon cross row `y`, in 65536ths of a pixel from left to right; between the first and the
/// second lies inside, and so on.
std::vector<std::int64_t> crossings(const std::vector<cv::Point>& points, int y) {
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < points.size(); ++i) {
        cv::Point upper = points[i], lower = points[(i + 1) % points.size()];
        if (upper.y > lower.y) std::swap(upper, lower);
        if (y < upper.y || y >= lower.y) continue;
        const std::int64_t slope = std::int64_t{lower.x - upper.x} * 65536 / (lower.y - upper.y);
        all.push_back(std::int64_t{upper.x} * 65536 + slope * (y - upper.y));
    }
    std::ranges::sort(all);
    return all;
}

}  // namespace

SmoothField::SmoothField(Random& random, double wavelength) {
    for (Wave& wave : waves_) {
        const double angle = random.uniform(0, kTurn);
        const double frequency = kTurn / (wavelength * random.uniform(1, 3));
        wave = {frequency * std::cos(angle), frequency * std::sin(angle), random.uniform(0, kTurn)};
    }
}

double SmoothField::operator()(double x, double y) const {
    double sum = 0;
    for (const Wave& wave : waves_) sum += std::sin(wave.x * x + wave.y * y + wave.phase);
    return sum / 3;
}

double distance(const Point& a, const Point& b) {
    return std::hypot(a.x - b.x, a.y - b.y);
}

Ring blob(const Point& centre, double rx, double ry, double angle, double roughness, int points, Random& random) {
    constexpr int kHarmonics = 8;
    double size[kHarmonics], phase[kHarmonics];
    for (int k = 0; k < kHarmonics; ++k) {
        size[k] = roughness * random.uniform(0.4, 1) / (1 + 0.5 * k);
        phase[k] = random.uniform(0, kTurn);
    }
    Ring ring;
    for (int i = 0; i < points; ++i) {
        const double turn = kTurn * i / points;
        double radius = 1;
        for (int k = 0; k < kHarmonics; ++k) radius += size[k] * std::cos((k + 2) * turn + phase[k]);
        radius = std::max(radius, 0.3);
        const double x = rx * radius * std::cos(turn), y = ry * radius * std::sin(turn);
        ring.push_back({centre.x + x * std::cos(angle) - y * std::sin(angle),
                        centre.y + x * std::sin(angle) + y * std::cos(angle)});
    }
    return ring;
}

Ring shrink(const Ring& ring, double margin) {
    const Point mean = mean_point(ring);
    Ring smaller;
    for (const Point& point : ring) {
        const double length = distance(point, mean);
        const double scale = length > margin ? (length - margin) / length : 0;
        smaller.push_back({mean.x + (point.x - mean.x) * scale, mean.y + (point.y - mean.y) * scale});
    }
    return smaller;
}

Point mean_point(const Ring& ring) {
    Point mean;
    for (const Point& point : ring) {
        mean.x += point.x / static_cast<double>(ring.size());
        mean.y += point.y / static_cast<double>(ring.size());
    }
    return mean;
}

Ring subdivide(const Ring& ring, int parts) {
    Ring finer;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Point& a = ring[i];
        const Point& b = ring[(i + 1) % ring.size()];
        for (int k = 0; k < parts; ++k) {
            const double t = static_cast<double>(k) / parts;
            finer.push_back({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
        }
    }
    return finer;
}

Ring smooth(const Ring& ring) {
    return cut_corners(cut_corners(ring));
}

std::vector<Ring> voronoi_cells(const std::vector<Point>& sites, const cv::Rect& bounds) {
    cv::Subdiv2D plane(bounds);
    std::vector<int> ids;
    ids.reserve(sites.size());
    for (const Point& site : sites) {
        ids.push_back(plane.insert(cv::Point2f(static_cast<float>(site.x), static_cast<float>(site.y))));
    }
    std::vector<std::vector<cv::Point2f>> facets;
    std::vector<cv::Point2f> centres;
    plane.getVoronoiFacetList(ids, facets, centres);
    std::vector<Ring> cells;
    for (const auto& facet : facets) {
        Ring cell;
        for (const cv::Point2f& corner : facet) cell.push_back({corner.x, corner.y});
        cells.push_back(std::move(cell));
    }
    return cells;
}

std::vector<Point> jittered_grid(const cv::Rect& bounds, double spacing, double jitter, Random& random) {
    std::vector<Point> points;
    const double row_height = spacing * std::numbers::sqrt3 / 2;
    for (int row = 0; (row + 0.5) * row_height < bounds.height; ++row) {
        const double shift = row % 2 == 0 ? 0.25 : 0.75;
        for (int column = 0; (column + shift) * spacing < bounds.width; ++column) {
            const double x = (column + shift + random.uniform(-jitter, jitter)) * spacing;
            const double y = (row + 0.5) * row_height + random.uniform(-jitter, jitter) * spacing;
            if (x <= 0 || y <= 0 || x >= bounds.width - 1 || y >= bounds.height - 1) continue;
            points.push_back({bounds.x + x, bounds.y + y});
        }
    }
    return points;
}

std::vector<Station> walk(const Ring& ring, double spacing, Random& random) {
    std::vector<Station> stations;
    double due = spacing * random.uniform(), walked = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Point& a = ring[i];
        const Point& b = ring[(i + 1) % ring.size()];
        const double length = distance(a, b);
        while (length > 0 && due <= walked + length) {
            const double t = (due - walked) / length;
            stations.push_back({{a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)}, std::atan2(b.y - a.y, b.x - a.x)});
            due += spacing * random.uniform(0.8, 1.2);
        }
        walked += length;
    }
    return stations;
}

std::vector<Ring> outlines(const cv::Mat& mask, const Point& offset) {
    std::vector<std::vector<cv::Point>> contours;
    cv::findContours(mask, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
    std::vector<Ring> rings;
    for (const auto& contour : contours) {
        Ring ring;
        // Every fourth point: the staircase of pixels would otherwise count as length and turn directions.
        for (std::size_t i = 0; i < contour.size(); i += 4) {
            ring.push_back({offset.x + contour[i].x, offset.y + contour[i].y});
        }
        if (ring.size() >= 6) rings.push_back(smooth(ring));
    }
    return rings;
}

cv::Mat widened(const cv::Mat& mask, double margin) {
    cv::Mat away;
    cv::distanceTransform(mask == 0, away, cv::DIST_L2, cv::DIST_MASK_5);
    return away <= margin;
}

bool inside(const cv::Mat& mask, const Point& point) {
    const int x = static_cast<int>(std::floor(point.x)), y = static_cast<int>(std::floor(point.y));
    return x >= 0 && y >= 0 && x < mask.cols && y < mask.rows && mask.at<std::uint8_t>(y, x) != 0;
}

bool looks_free(const cv::Mat& mask, const Point& centre, double radius) {
    if (inside(mask, centre)) return false;
    for (int i = 0; i < 8; ++i) {
        const double turn = kTurn * i / 8;
        if (inside(mask, {centre.x + radius * std::cos(turn), centre.y + radius * std::sin(turn)})) return false;
    }
    return true;
}

/// cv::fillPoly rounds in another way in OpenCV 4.10 than in 4.6, by which a gland has or has not its place and all
/// that is drawn after it is another. So the inside is filled here, as 4.6 fills it; lines are the same in both.
cv::Mat filled(const Ring& ring, cv::Size size) {
    std::vector<cv::Point> points;
    for (const Point& point : ring) points.emplace_back(cvRound(point.x), cvRound(point.y));
    cv::Mat mask(size, CV_8U, cv::Scalar(0));
    for (int y = 0; y < size.height; ++y) {
        const auto at = crossings(points, y);
        for (std::size_t i = 0; i + 1 < at.size(); i += 2) {
            const auto first = std::max<std::int64_t>((at[i] + 65535) >> 16, 0);
            const auto last = std::min<std::int64_t>(at[i + 1] >> 16, size.width - 1);
            for (auto x = first; x <= last; ++x) mask.at<std::uint8_t>(y, static_cast<int>(x)) = 255;
        }
    }
    cv::polylines(mask, std::vector{points}, true, cv::Scalar(255));
    return mask;
}

}  // namespace slidetype
