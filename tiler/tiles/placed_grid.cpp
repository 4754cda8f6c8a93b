#include "tiler/tiles/placed_grid.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/error.h"
#include "tiler/tiles/grid_size.h"

namespace slidetype {
namespace {

void require_inside(const Slide& slide, const TileCentre& centre) {
    const auto in = [](double value, std::int64_t length) {
        return value >= 0 && value < static_cast<double>(length);  // nor is what is no number
    };
    if (in(centre.x, slide.width()) && in(centre.y, slide.height())) return;
    throw Error(ErrorCode::bad_data, slide.path().string(),
                "is " + std::to_string(slide.width()) + " x " + std::to_string(slide.height()) +
                    " pixels large, and a tile is to lie at (" + std::to_string(centre.x) + ", " +
                    std::to_string(centre.y) + ")",
                "Is it the slide that these places are of?");
}

/// As make_grid() rounds: both ends of the same expression. A tile at the slide's left or upper edge begins there.
std::pair<std::int64_t, std::int64_t> ends_of(double centre, double length) {
    const double start = std::max(centre - length / 2, 0.0);
    const auto first = std::llround(start);
    return {first, std::max(std::llround(start + length), first + 1)};
}

}  // namespace

TileGrid place_tiles(const Slide& slide, const Spacing& spacing, std::span<const TileCentre> centres,
                     const GridOptions& options) {
    auto grid = grid_without_tiles(slide, spacing, options);
    grid.columns = static_cast<int>(centres.size());
    grid.rows = 1;
    grid.tiles.reserve(centres.size());
    for (const auto& centre : centres) {
        require_inside(slide, centre);
        const auto [left, right] = ends_of(centre.x, grid.tile_width);
        const auto [top, bottom] = ends_of(centre.y, grid.tile_height);
        Tile tile;
        tile.column = static_cast<int>(grid.tiles.size());
        tile.rect = {left, top, right - left, bottom - top};
        grid.tiles.push_back(tile);
    }
    return grid;
}

}  // namespace slidetype
