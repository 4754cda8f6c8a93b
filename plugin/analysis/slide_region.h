#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/raster.h"
#include "tiler/annotations/region_of_interest.h"
#include "tiler/tiles/tile_grid.h"

namespace slidetype {

/// The region of interest of one slide.
struct SlideRegion {
    RegionOfInterest region;
    std::string text;  ///< what it is made of: "3 areas; 532 detections and 1 region of slidetype's own passed over"
};

/// Level-0 pixels.
struct SlideExtent {
    std::int64_t width = 0, height = 0;
};

/// Reads the areas that a person drew (see drawn_areas.h) from a file of annotations, those of class Ignore* as holes.
/// Viewers draw in their own frame, so `offset`, the slide's bounds offset, is added. Throws what read_annotations()
/// throws, and Error(bad_data) naming the file where it leaves nothing: no area of a person, or none with an extent
/// that lies on the slide.
SlideRegion read_region(const std::filesystem::path& file, const Rect& offset, const SlideExtent& slide,
                        const std::function<bool()>& stop_requested = {});

/// What the result has to say of it: what was taken, and why nothing can be scored where the grid has no tile for it.
std::string describe(const SlideRegion& region, const TileGrid& grid);

}  // namespace slidetype
