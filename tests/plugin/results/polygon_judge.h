#pragma once

#include <string>
#include <vector>

#include "tiler/annotations/polygon.h"

namespace slidetype::testing {

/// What Boost.Geometry says of polygons.
struct JudgedPolygons {
    bool valid = false;  ///< as they stand: nothing is corrected, so rings turn the right way, too
    std::string reason;  ///< why not
    double area = 0;     ///< px²
};

/// Judges polygons as one multipolygon. In a file of its own, since Boost.Geometry takes long unless it is optimised.
JudgedPolygons judge_polygons(const std::vector<Polygon>& polygons);

}  // namespace slidetype::testing
