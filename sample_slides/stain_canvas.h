#pragma once

#include <cstdint>
#include <opencv2/core.hpp>

#include "base/random.h"
#include "base/raster.h"
#include "sample_slides/shapes.h"

namespace slidetype {

/// Amounts of stain, 0 … 255; 100 is one unit of natural optical density at the stain's strongest colour.
struct Stain {
    double hematoxylin = 0, eosin = 0;
    double red_cells = 0;  ///< haemoglobin with eosin: erythrocytes are redder than collagen
};

/// A sheet of amounts of stain to paint on. Light through it follows Beer and Lambert, so what is painted looks like
/// stained tissue whatever the amounts. One object belongs to one thread.
class StainCanvas {
  public:
    StainCanvas(int width, int height) : amounts_(height, width, CV_8UC3, cv::Scalar(0, 0, 0)) {}

    cv::Size size() const { return amounts_.size(); }

    /// Covers a shape: `opacity` 1 replaces what was there, 0 leaves it.
    void fill(const Ring& ring, const Stain& stain, double opacity = 1);
    /// Covers what an 8-bit mask says (255 fully), the mask's corner lying at `offset`.
    void fill(const cv::Mat& mask, cv::Point offset, const Stain& stain, double opacity = 1);
    /// A line through the points, closed back to the first where `closed`.
    void line(const Ring& points, double thickness, const Stain& stain, double opacity = 1, bool closed = false);

    /// Multiplies the amounts within [x, y] by 1 + strength × a smooth noise of about `grain_px`: uneven staining.
    void mottle(double grain_px, double strength, Random& random);

    /// What a scanner's camera sees: slightly blurred, uneven illumination, a little noise.
    RgbImage photograph(Random& random) const;

  private:
    cv::Mat amounts_;
};

}  // namespace slidetype
