#include "bench/micro/made_result.h"

#include <cmath>

#include "base/random.h"

namespace slidetype::bench {

SlideResult made_result(std::size_t tiles) {
    constexpr int kEdge = 256;
    SlideResult result;
    const int columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(tiles))));
    result.slide = {"/slides/made.svs",
                    "made",
                    "aperio",
                    "0123456789abcdef",
                    columns * kEdge,
                    columns * kEdge,
                    {0.5, 0.5, SpacingSource::slide_mpp},
                    {}};
    result.model.name = "made";
    result.model.class_names = {"LUAD", "LUSC"};
    result.model.patch_size_px = kEdge;
    result.model.spacing_um_px = 0.5;
    result.grid.columns = result.grid.rows = columns;
    result.grid.patch_size_px = kEdge;
    result.grid.tile_width = result.grid.tile_height = kEdge;
    Random random(5);
    for (std::size_t t = 0; t < static_cast<std::size_t>(columns) * static_cast<std::size_t>(columns); ++t) {
        Tile tile;
        tile.column = static_cast<int>(t) % columns, tile.row = static_cast<int>(t) / columns;
        tile.rect = {std::int64_t{tile.column} * kEdge, std::int64_t{tile.row} * kEdge, kEdge, kEdge};
        tile.tissue_fraction = 1;
        tile.status = t < tiles ? TileStatus::ok : TileStatus::background;
        const auto p = static_cast<float>(random.uniform());
        const auto scored = [&](float value) { return t < tiles ? value : std::nanf(""); };
        result.probabilities.push_back(scored(1 - p));
        result.probabilities.push_back(scored(p));
        result.tumour.push_back(scored(static_cast<float>(random.uniform())));
        result.strangeness.push_back(scored(static_cast<float>(random.uniform())));
        result.grid.tiles.push_back(tile);
    }
    result.class_areas_mm2 = {1, 1};
    result.version = "bench";
    return result;
}

}  // namespace slidetype::bench
