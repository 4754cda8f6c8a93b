#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "plugin/teaching/training_areas.h"
#include "plugin/teaching/training_tiles.h"

namespace slidetype {

/// Why tiles of one slide that areas cover teach nothing.
struct TileCounts {
    std::size_t contested = 0, glass = 0;
    std::map<std::string, std::size_t> hidden;  ///< by the class of the area that hides what covers them
};

struct SlideSize {
    std::int64_t width = 0, height = 0;  ///< level-0 pixels
};

/// What of a slide's annotations was found, and why no tile came of it: "holds no area of class LUAD, LUSC or benign,
/// but 1 of class "Tumor"; 3 detections passed over".
std::string why_no_tiles(const TrainingAreas& areas, const TileCounts& counts, const SlideSize& slide,
                         const CutOptions& options);

/// What to do about slides of which none gave a tile.
std::string hint_without_tiles(const CutReport& report);

}  // namespace slidetype
