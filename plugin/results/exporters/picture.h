#pragma once

#include <filesystem>
#include <opencv2/core.hpp>

#include "plugin/analysis/slide_result.h"
#include "plugin/results/exporters/drawing.h"

namespace slidetype::exporting {

/// How a tile appears in pictures.
enum class TileLook { voting, benign, unfamiliar, blank, unscored_tissue, read_error };
TileLook tile_look(const SlideResult& result, std::size_t tile);

/// Colour of unscored tissue: lighter than any colour of the heatmap, darker than paper.
inline constexpr Color kUnscoredTissue = {240, 240, 240};

/// The colour of a voting tile: the heatmap's where the classes are LUAD and LUSC, else its top class's.
Color tile_color(const SlideResult& result, std::size_t tile);

/// What is around a map.
struct Frame {
    double um_per_px = 0;           ///< of the map, for the scale bar; 0: unknown, no bar
    bool explain_unscored = false;  ///< explain the unscored tissue's colour too
};

/// The map (8-bit RGB) with the slide's name, call and reason above it, and scale bar, colour bar or legend and the
/// research-use line below. Never narrower than the text needs.
cv::Mat framed(const SlideResult& result, const cv::Mat& map, const Frame& frame);

/// Throws Error(io).
void write_png(const std::filesystem::path& path, const cv::Mat& rgb);

}  // namespace slidetype::exporting
