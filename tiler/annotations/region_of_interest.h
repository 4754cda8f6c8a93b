#pragma once

#include <utility>
#include <vector>

#include "tiler/annotations/area_layers.h"
#include "tiler/annotations/polygon.h"

namespace slidetype {

/// The part of a slide that is to be scored: the union of the areas, less what lies in areas to be ignored. Immutable,
/// so threads may share it.
class RegionOfInterest {
  public:
    /// Level-0 pixels.
    explicit RegionOfInterest(const std::vector<Polygon>& areas, const std::vector<Polygon>& ignored = {});

    /// Where the horizontal line at `y` runs inside: disjoint intervals [first, second) of x, ascending.
    std::vector<std::pair<double, double>> spans_at(double y) const;

  private:
    AreaLayers layers_;
};

}  // namespace slidetype
