// A nest is a large blob, filled with the Voronoi cells of sites about one cell apart. Round each pearl the sites lie
// on circles, close together across them and far apart along them, so that the cells flatten into whorls.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "sample_slides/tissue.h"

namespace slidetype {
namespace {

constexpr double kCell = 37;  // from cell to cell, 18 µm

struct Pearl {
    Point centre;
    double radius;  // of the keratin; flattened cells surround it
    double whorl() const { return radius + 48; }
};

struct Nest {
    cv::Mat mask;     // of the canvas' size
    cv::Rect bounds;  // of the nest and a margin of three cells, so that no cell inside it is open to the outside
    std::vector<Pearl> pearls;
};

cv::Rect with_margin(const cv::Rect& rect, double margin, cv::Size size) {
    const int m = cvCeil(margin);
    return cv::Rect(rect.x - m, rect.y - m, rect.width + 2 * m, rect.height + 2 * m) & cv::Rect({0, 0}, size);
}

const Pearl* nearest_pearl(const Nest& nest, const Point& point) {
    const Pearl* nearest = nullptr;
    for (const Pearl& pearl : nest.pearls) {
        const double d = distance(pearl.centre, point) - pearl.whorl();
        if (nearest == nullptr || d < distance(nearest->centre, point) - nearest->whorl()) nearest = &pearl;
    }
    return nearest;
}

std::vector<Pearl> place_pearls(const cv::Mat& depth, const cv::Rect& bounds, Random& random) {
    std::vector<Pearl> pearls;
    for (int attempt = 0; attempt < 200; ++attempt) {
        const Pearl pearl{{bounds.x + random.uniform(0, bounds.width), bounds.y + random.uniform(0, bounds.height)},
                          random.uniform(32, 78)};
        const cv::Point at(static_cast<int>(pearl.centre.x), static_cast<int>(pearl.centre.y));
        const bool deep = depth.at<float>(at) > static_cast<float>(pearl.whorl() + 25);
        const bool apart = std::all_of(pearls.begin(), pearls.end(), [&](const Pearl& other) {
            return distance(other.centre, pearl.centre) > other.whorl() + pearl.whorl() + 90;
        });
        if (deep && apart) pearls.push_back(pearl);
    }
    return pearls;
}

std::vector<Point> sites_of(const Nest& nest, Random& random) {
    std::vector<Point> sites;
    for (const Point& site : jittered_grid(nest.bounds, kCell, 0.2, random)) {
        const Pearl* pearl = nearest_pearl(nest, site);
        if (pearl == nullptr || distance(pearl->centre, site) > pearl->whorl() + 12) sites.push_back(site);
    }
    for (const Pearl& pearl : nest.pearls) {
        for (double radius = pearl.radius - 8; radius < pearl.whorl() + 12; radius += 15) {
            const int count = static_cast<int>(2 * std::numbers::pi * radius / 52);
            const double start = random.uniform(0, 2 * std::numbers::pi);
            for (int i = 0; i < count; ++i) {
                const double turn = start + 2 * std::numbers::pi * (i + random.uniform(-0.2, 0.2)) / count;
                sites.push_back({pearl.centre.x + radius * std::cos(turn), pearl.centre.y + radius * std::sin(turn)});
            }
        }
    }
    std::erase_if(sites, [&](const Point& p) { return !nest.bounds.contains(cv::Point(cvFloor(p.x), cvFloor(p.y))); });
    return sites;
}

/// Short spines across the pale gap between two cells: the desmosomes that squamous cells hold on to each other with.
void paint_bridges(StainCanvas& canvas, const Ring& cell, Random& random) {
    for (const Station& station : walk(cell, 6.5, random)) {
        const double across = station.direction + std::numbers::pi / 2;
        canvas.line({{station.at.x - 2.5 * std::cos(across), station.at.y - 2.5 * std::sin(across)},
                     {station.at.x + 2.5 * std::cos(across), station.at.y + 2.5 * std::sin(across)}},
                    1, {20, 78}, 0.6);
    }
}

void paint_cell(StainCanvas& canvas, const Nest& nest, const Point& site, const Ring& cell, float depth,
                Random& random) {
    const Pearl* pearl = nearest_pearl(nest, site);
    const double to_pearl = pearl == nullptr ? 1e9 : distance(pearl->centre, site) - pearl->radius;
    const bool flattened = to_pearl < 55, basal = depth < 30 && !flattened;
    const double ripeness = std::clamp(1 - to_pearl / 110, 0.0, 1.0);  // eosin rises towards the keratin
    const double eosin = random.uniform(66, 84) + 34 * ripeness;
    const double hematoxylin = (basal ? 27 : 17) * (1 - 0.6 * ripeness) * random.uniform(0.8, 1.2);
    canvas.fill(cell, {hematoxylin * 0.5, 38});
    canvas.fill(smooth(shrink(subdivide(cell, 2), flattened ? 0.8 : 1.5)), {hematoxylin, eosin});
    if (!flattened && !basal) paint_bridges(canvas, cell, random);

    if (flattened) {
        if (to_pearl < 12 || random.chance(0.45)) return;
        const double tangent = std::atan2(site.y - pearl->centre.y, site.x - pearl->centre.x) + std::numbers::pi / 2;
        paint_nucleus(canvas, {site, random.uniform(16, 24), random.uniform(5, 8), tangent, 150}, random);
        return;
    }
    const double size = basal ? random.uniform(15, 19) : random.uniform(17, 24);
    const bool bizarre = random.chance(0.05);
    paint_nucleus(canvas,
                  {{site.x + random.uniform(-3, 3), site.y + random.uniform(-3, 3)},
                   size * (bizarre ? 1.4 : random.uniform(1.05, 1.35)),
                   size * (bizarre ? 1.15 : 0.9),
                   random.uniform(0, std::numbers::pi),
                   basal ? 135 : random.uniform(78, 125),
                   !basal && random.chance(0.6)},
                  random);
}

/// Lamellae of keratin, deep pink and refractile, round and round; remains of nuclei in some.
void paint_pearl(StainCanvas& canvas, const Pearl& pearl, Random& random) {
    const double squeeze = random.uniform(0.8, 0.98), angle = random.uniform(0, std::numbers::pi);
    canvas.fill(blob(pearl.centre, pearl.radius, pearl.radius * squeeze, angle, 0.05, 70, random), {4, 118, 10});
    for (double radius = pearl.radius; radius > 5; radius -= random.uniform(4, 7)) {
        const Ring lamella = blob(pearl.centre, radius, radius * squeeze, angle, 0.035, 70, random);
        const bool cleft = random.chance(0.3);
        const Stain stain = cleft ? Stain{2, 52, 4} : Stain{6, random.uniform(105, 160), 14};
        canvas.line(lamella, cleft ? 2 : random.uniform(2, 5), stain, 0.8, true);
        for (const Station& station : walk(lamella, 150, random)) {
            if (random.chance(0.6)) continue;
            canvas.fill(blob(station.at, 7, 2, station.direction, 0.1, 14, random), {95, 80}, 0.7);
        }
    }
    canvas.fill(blob(pearl.centre, 8, 6, angle, 0.15, 20, random), {2, 150, 25});
}

void paint_nest(StainCanvas& canvas, Nest nest, Random& random) {
    cv::Mat depth;
    cv::distanceTransform(nest.mask, depth, cv::DIST_L2, cv::DIST_MASK_5);
    nest.pearls = place_pearls(depth, nest.bounds, random);
    const std::vector<Point> sites = sites_of(nest, random);
    const std::vector<Ring> cells = voronoi_cells(sites, nest.bounds);
    for (std::size_t i = 0; i < sites.size(); ++i) {
        if (!inside(nest.mask, sites[i])) continue;
        const float here = depth.at<float>(cvFloor(sites[i].y), cvFloor(sites[i].x));
        if (here > 8) paint_cell(canvas, nest, sites[i], cells[i], here, random);
    }
    for (const Pearl& pearl : nest.pearls) paint_pearl(canvas, pearl, random);
}

}  // namespace

void paint_keratinising_tumour(StainCanvas& canvas, const cv::Mat& region, cv::Mat& occupied, Random& random) {
    struct Size {
        double low, high;
        int attempts, margin;
    };
    for (const Size& size : {Size{240, 340, 300, 26}, Size{130, 210, 700, 22}, Size{60, 110, 1800, 18}}) {
        for (int attempt = 0; attempt < size.attempts; ++attempt) {
            const Point centre{random.uniform(0, region.cols), random.uniform(0, region.rows)};
            const double radius = random.uniform(size.low, size.high);
            if (!inside(region, centre) || !looks_free(occupied, centre, 0.7 * radius)) continue;
            const double angle = random.uniform(0, std::numbers::pi), stretch = random.uniform(1, 1.35);
            const Ring outline = blob(centre, radius * stretch, radius, angle, 0.14, 90, random);
            cv::Mat shape = filled(outline, region.size());
            const double whole = cv::countNonZero(shape);
            shape &= region;
            if (cv::countNonZero(shape) < 0.6 * whole) continue;
            const cv::Rect bounds = with_margin(cv::boundingRect(shape), 3 * kCell, region.size());
            if (cv::countNonZero(shape(bounds) & occupied(bounds)) > 0) continue;
            if (cv::countNonZero(widened(shape(bounds), size.margin) & occupied(bounds)) > 0) continue;
            paint_nest(canvas, {shape, bounds, {}}, random);
            occupied |= shape;
        }
    }
}

}  // namespace slidetype
