#pragma once

#include <vector>

#include "base/raster.h"
#include "plugin/pictures/field_scorer.h"

namespace slidetype {

/// Height of the line below the map, in pixels.
inline constexpr int kHeatmapCaptionPx = 34;

/// The picture, made small, with the colours of its tiles over it as in the heatmaps of slides: blue LUAD, vermilion
/// LUSC (of other classes the colour of the one that leads), dots for benign tiles and lines for unfamiliar ones; what
/// is background stays as it is. Below it a line that explains the colours.
RgbImage field_heatmap(const RgbImage& picture, const FieldScore& score, const std::vector<std::string>& class_names);

}  // namespace slidetype
