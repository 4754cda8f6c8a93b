#include "sample_slides/tissue.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace slidetype {
namespace {

Point random_point_in(const cv::Mat& mask, Random& random) {
    for (int attempt = 0; attempt < 10'000; ++attempt) {
        const Point point{random.uniform(0, mask.cols), random.uniform(0, mask.rows)};
        if (inside(mask, point)) return point;
    }
    return {mask.cols / 2.0, mask.rows / 2.0};
}

void paint_fibre(StainCanvas& canvas, const cv::Mat& tissue, const SmoothField& flow, Random& random) {
    constexpr double kStep = 14;
    Ring path{random_point_in(tissue, random)};
    const int steps = 5 + random.below(14);
    for (int i = 0; i < steps; ++i) {
        const Point& at = path.back();
        const double angle = 0.6 + 1.6 * flow(at.x, at.y);
        const Point next{at.x + kStep * std::cos(angle), at.y + kStep * std::sin(angle)};
        if (!inside(tissue, next)) break;
        path.push_back(next);
    }
    if (path.size() < 3) return;
    const bool gap = random.chance(0.2);  // the pale clefts between bundles
    const Stain stain = gap ? Stain{4, 14} : Stain{6, random.uniform(48, 88)};
    canvas.line(path, random.uniform(2, gap ? 4 : 9), stain, gap ? 0.45 : 0.5);
}

/// Pneumocytes along the wall of an air space, and now and then a red cell in a capillary of the septum.
void paint_septum(StainCanvas& canvas, const Ring& wall, Random& random) {
    canvas.line(wall, 3, {14, 58}, 0.6, true);
    for (const Station& station : walk(wall, 34, random)) {
        const Point at{station.at.x + random.uniform(-3, 3), station.at.y + random.uniform(-3, 3)};
        if (random.chance(0.15)) {
            canvas.fill(blob(at, 6, 5, station.direction, 0.05, 14, random), {0, 20, 75});
        } else {
            paint_nucleus(canvas, {at, random.uniform(13, 19), random.uniform(7, 10), station.direction, 120}, random);
        }
    }
}

void paint_macrophage(StainCanvas& canvas, const Point& centre, Random& random) {
    canvas.fill(blob(centre, 17, 14, random.uniform(0, std::numbers::pi), 0.08, 24, random), {16, 38, 6}, 0.9);
    paint_nucleus(canvas, {{centre.x + 4, centre.y - 3}, 15, 12, random.uniform(0, std::numbers::pi), 110}, random);
}

}  // namespace

void paint_nucleus(StainCanvas& canvas, const Nucleus& nucleus, Random& random) {
    const double rx = nucleus.length / 2, ry = nucleus.width / 2;
    const double darkness = nucleus.darkness * random.uniform(0.85, 1.15);
    const Ring outline = blob(nucleus.centre, rx, ry, nucleus.angle, 0.05, 22, random);
    canvas.fill(outline, {darkness, 28});
    canvas.line(outline, 1, {darkness * 1.35, 34}, 0.7, true);
    const int clumps = 3 + random.below(4);
    for (int i = 0; i < clumps; ++i) {
        const double turn = random.uniform(0, 2 * std::numbers::pi), reach = random.uniform(0.1, 0.65);
        const Point at{nucleus.centre.x + reach * ry * std::cos(turn), nucleus.centre.y + reach * ry * std::sin(turn)};
        const double size = random.uniform(1.5, 3.2);
        const bool pale = random.chance(0.4);
        canvas.fill(blob(at, size, size, 0, 0.1, 10, random), {darkness * (pale ? 0.75 : 1.3), 30}, 0.7);
    }
    if (nucleus.nucleolus) {
        const Point at{nucleus.centre.x + random.uniform(-3, 3), nucleus.centre.y + random.uniform(-2, 2)};
        canvas.fill(blob(at, 2.6, 2.4, 0, 0.05, 12, random), {darkness * 1.45, 75});
    }
}

void paint_lymphocyte(StainCanvas& canvas, const Point& centre, Random& random) {
    canvas.fill(blob(centre, 8.5, 8, 0, 0.06, 18, random), {26, 34}, 0.6);
    const double darkness = random.uniform(165, 200), angle = random.uniform(0, std::numbers::pi);
    const double ry = random.uniform(5.6, 6.8), rx = random.uniform(6, 7.2);
    canvas.fill(blob(centre, rx, ry, angle, 0.05, 18, random), {darkness, 30});
    for (int i = 0; i < 3; ++i) {
        const Point at{centre.x + random.uniform(-3.5, 3.5), centre.y + random.uniform(-3.5, 3.5)};
        canvas.fill(blob(at, 1.6, 1.6, 0, 0, 8, random), {235, 30}, 0.6);
    }
}

void paint_stroma(StainCanvas& canvas, const cv::Mat& tissue, double density, Random& random) {
    canvas.fill(tissue, {0, 0}, {7, 42 + 14 * density});
    const SmoothField flow(random, 700);
    const double area = cv::countNonZero(tissue);
    const int fibres = static_cast<int>(area / 1100 * density);
    for (int i = 0; i < fibres; ++i) paint_fibre(canvas, tissue, flow, random);
    const cv::Mat within = tissue & ~widened(~tissue, 22);
    const int fibroblasts = static_cast<int>(area / 6500 * density);
    for (int i = 0; i < fibroblasts; ++i) {
        const Point at = random_point_in(within, random);
        const double angle = 0.6 + 1.6 * flow(at.x, at.y) + random.uniform(-0.2, 0.2);
        paint_nucleus(canvas, {at, random.uniform(22, 38), random.uniform(5, 8.5), angle, 115}, random);
    }
}

void paint_alveoli(StainCanvas& canvas, const cv::Mat& lung, cv::Mat& occupied, Random& random) {
    const cv::Rect bounds({0, 0}, lung.size());
    const auto cells = voronoi_cells(jittered_grid(bounds, 215, 0.27, random), bounds);
    std::vector<Ring> walls;
    for (const Ring& cell : cells) {
        Ring air = shrink(subdivide(cell, 5), random.uniform(8, 12));
        for (Point& p : air) p = {p.x + random.uniform(-3, 3), p.y + random.uniform(-3, 3)};
        air = smooth(air);
        if (!std::all_of(air.begin(), air.end(), [&](const Point& p) { return inside(lung, p); })) continue;
        canvas.fill(air, {0, 1});
        occupied |= filled(air, lung.size());
        walls.push_back(air);
        if (random.chance(0.35)) {
            const Point middle = mean_point(air);
            paint_macrophage(canvas, {middle.x + random.uniform(-40, 40), middle.y + random.uniform(-40, 40)}, random);
        }
    }
    for (const Ring& wall : walls) paint_septum(canvas, wall, random);
}

void paint_lymphocytes(StainCanvas& canvas, const cv::Mat& tissue, const cv::Mat& occupied, int clusters,
                       Random& random) {
    const cv::Mat room = tissue & ~occupied;
    for (int cluster = 0; cluster < clusters; ++cluster) {
        const Point centre = random_point_in(room, random);
        const double spread = random.uniform(24, 60);
        const int cells = static_cast<int>(spread * random.uniform(0.9, 1.8));
        std::vector<Point> placed;
        for (int i = 0; i < cells; ++i) {
            const Point at{centre.x + spread * random.normal(), centre.y + spread * random.normal()};
            const bool crowded =
                std::any_of(placed.begin(), placed.end(), [&](const Point& p) { return distance(p, at) < 13; });
            if (crowded || !inside(room, at)) continue;
            placed.push_back(at);
            paint_lymphocyte(canvas, at, random);
        }
    }
}

void paint_vessels(StainCanvas& canvas, const cv::Mat& tissue, cv::Mat& occupied, int count, Random& random) {
    const cv::Mat room = tissue & ~widened(occupied, 40);
    if (cv::countNonZero(room) == 0) return;
    for (int i = 0; i < count; ++i) {
        const Point centre = random_point_in(room, random);
        const double radius = random.uniform(18, 34), angle = random.uniform(0, std::numbers::pi);
        const Ring wall = blob(centre, radius * 1.3, radius, angle, 0.06, 40, random);
        canvas.fill(wall, {12, 92});
        canvas.fill(shrink(wall, 6), {0, 4});
        for (const Station& station : walk(shrink(wall, 4), 32, random)) {
            paint_nucleus(canvas, {station.at, 19, 6, station.direction, 125}, random);
        }
        for (const Point& at : jittered_grid(cv::boundingRect(filled(wall, tissue.size())), 13, 0.25, random)) {
            if (distance(at, centre) > radius - 11 || random.chance(0.15)) continue;
            canvas.fill(blob(at, 6.5, 6, random.uniform(0, std::numbers::pi), 0.06, 14, random), {0, 15, 80});
        }
        occupied |= filled(wall, tissue.size());
    }
}

}  // namespace slidetype
