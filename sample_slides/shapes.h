#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "base/random.h"
#include "tiler/annotations/polygon.h"

namespace slidetype {

/// A smooth random landscape: a sum of plane waves. Immutable once made.
class SmoothField {
  public:
    /// Waves of `wavelength` to three times that, in pixels.
    SmoothField(Random& random, double wavelength);
    /// About -1 … 1.
    double operator()(double x, double y) const;

  private:
    struct Wave {
        double x, y, phase;
    };
    std::array<Wave, 6> waves_;
};

double distance(const Point& a, const Point& b);

/// An ellipse of half axes rx and ry, turned by `angle`, its outline roughened by `roughness` (0 … 0.3) and star-shaped
/// about its centre, hence never crossing itself.
Ring blob(const Point& centre, double rx, double ry, double angle, double roughness, int points, Random& random);

/// The ring moved towards its mean point by `margin` pixels; points nearer than that end there.
Ring shrink(const Ring& ring, double margin);

/// Corners cut twice (Chaikin 1974), so that a polygon becomes a soft shape.
Ring smooth(const Ring& ring);

/// The ring with every side cut into `parts` equal ones.
Ring subdivide(const Ring& ring, int parts);

Point mean_point(const Ring& ring);

/// The part of the plane that is nearest to each site, in the order of `sites` (Voronoi). Sites must be distinct and
/// lie within `bounds`.
std::vector<Ring> voronoi_cells(const std::vector<Point>& sites, const cv::Rect& bounds);

/// Points of a triangular grid of that spacing over `bounds`, each moved at random by up to `jitter` × spacing.
std::vector<Point> jittered_grid(const cv::Rect& bounds, double spacing, double jitter, Random& random);

/// Points along a closed ring, about `spacing` apart, with the direction of the ring in radians.
struct Station {
    Point at;
    double direction;
};
std::vector<Station> walk(const Ring& ring, double spacing, Random& random);

/// The outer outlines of what is not zero in `mask` (8-bit), moved by `offset`, small specks left out.
std::vector<Ring> outlines(const cv::Mat& mask, const Point& offset);

/// What lies in `mask` (8-bit) or within `margin` pixels of it.
cv::Mat widened(const cv::Mat& mask, double margin);

/// True where `mask` (8-bit) is not zero; false outside it.
bool inside(const cv::Mat& mask, const Point& point);

/// True where neither `centre` nor any of eight points round it, `radius` away, lies in `mask`: a quick test that
/// spares the exact one.
bool looks_free(const cv::Mat& mask, const Point& centre, double radius);

/// An 8-bit mask of `size` that is 255 within the ring.
cv::Mat filled(const Ring& ring, cv::Size size);

}  // namespace slidetype
