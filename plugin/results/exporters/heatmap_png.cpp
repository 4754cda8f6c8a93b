// heatmap.png: the grid with a square of one colour per tile.
#include <algorithm>

#include "plugin/results/exporter.h"
#include "plugin/results/exporters/picture.h"

namespace slidetype::exporting {
namespace {

/// Edge of a tile in the picture: whole pixels, so that no tile is smeared.
int cell_edge(const TileGrid& grid) {
    return std::clamp(1200 / std::max({grid.columns, grid.rows, 1}), 1, 64);
}

cv::Mat draw_map(const SlideResult& result, int edge) {
    const TileGrid& grid = result.grid;
    cv::Mat map(std::max(grid.rows * edge, 1), std::max(grid.columns * edge, 1), CV_8UC3, cv::Scalar::all(255));
    for (std::size_t t = 0; t < grid.tiles.size(); ++t) {
        const cv::Rect cell(grid.tiles[t].column * edge, grid.tiles[t].row * edge, edge, edge);
        switch (tile_look(result, t)) {
            case TileLook::voting:
                fill(map, cell, tile_color(result, t));
                break;
            case TileLook::benign:
                fill(map, cell, kBenignPaper);
                stipple(map, cell);
                break;
            case TileLook::unfamiliar:
                fill(map, cell, kUnfamiliarPaper);
                rule(map, cell);
                break;
            case TileLook::unscored_tissue:
                fill(map, cell, kUnscoredTissue);
                break;
            case TileLook::read_error:
                hatch(map, cell);
                break;
            case TileLook::blank:
                break;
        }
    }
    return map;
}

}  // namespace

void heatmap_png(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions&) {
    const int edge = cell_edge(result.grid);
    const double stride_um = result.grid.tile_width * (1 - result.grid.overlap) * result.slide.spacing.x_um_px;
    write_png(folder / "heatmap.png", framed(result, draw_map(result, edge), {stride_um / edge, true}));
}

}  // namespace slidetype::exporting
