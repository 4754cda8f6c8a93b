#include "tiler/tiles/tile_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "base/error.h"
#include "tiler/tiles/grid_size.h"

namespace slidetype {
namespace {

constexpr std::int64_t kMostTiles = std::int64_t{1} << 25;  // some 2 GB of tiles; a large slide has 200 000
constexpr double kRounding = 1e-9;                          // of a tissue fraction, so that 1 can be asked for

/// The tiles of one axis: tile i is [first, second).
std::vector<std::pair<std::int64_t, std::int64_t>> cut_axis(std::int64_t length, double tile, double overlap) {
    // Both ends are rounded from the same expression, so that the end of one tile is the start of the next.
    const double stride = tile * (1 - overlap);
    std::vector<std::pair<std::int64_t, std::int64_t>> cells;
    for (std::int64_t i = 0; cells.empty() || cells.back().second < length; ++i) {
        const double start = static_cast<double>(i) * stride;
        const double end = overlap > 0 ? start + tile : static_cast<double>(i + 1) * stride;
        cells.emplace_back(std::llround(start), std::max(std::llround(end), std::llround(start) + 1));
    }
    return cells;
}

/// For one row of tiles: whose centre lies inside the region.
std::vector<bool> centres_inside(const RegionOfInterest& region,
                                 const std::vector<std::pair<std::int64_t, std::int64_t>>& columns, double y) {
    std::vector<bool> inside(columns.size(), false);
    const auto spans = region.spans_at(y);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const double x = static_cast<double>(columns[i].first + columns[i].second) / 2;
        inside[i] = std::any_of(spans.begin(), spans.end(),
                                [x](const auto& span) { return span.first <= x && x < span.second; });
    }
    return inside;
}

/// Cuts a grid into blocks, one at a time, so that who needs a few need not lay out all.
class BlockCutter {
  public:
    BlockCutter(const TileGrid& grid, int edge) : grid_(grid), edge_(edge) {
        if (edge < 1) throw Error(ErrorCode::internal, "block edge", "must be positive");
        columns_ = static_cast<std::size_t>((grid.columns + edge - 1) / edge);
        rows_ = static_cast<std::size_t>((grid.rows + edge - 1) / edge);
    }

    /// At most `most` that are not empty, in raster order, or the other way round.
    std::vector<TileBlock> blocks(std::size_t most, bool from_the_end) const {
        std::vector<TileBlock> blocks;
        const auto count = columns_ * rows_;
        for (std::size_t k = 0; k < count && blocks.size() < most; ++k) {
            auto block = at(from_the_end ? count - 1 - k : k);
            if (!block.tiles.empty()) blocks.push_back(std::move(block));
        }
        return blocks;
    }

  private:
    TileBlock at(std::size_t k) const {
        const int top = static_cast<int>(k / columns_) * edge_, left = static_cast<int>(k % columns_) * edge_;
        TileBlock block;
        std::int64_t right = 0, bottom = 0;
        for (int row = top; row < std::min(top + edge_, grid_.rows); ++row) {
            for (int column = left; column < std::min(left + edge_, grid_.columns); ++column) {
                const auto index = static_cast<std::size_t>(row) * static_cast<std::size_t>(grid_.columns) +
                                   static_cast<std::size_t>(column);
                const Tile& tile = grid_.tiles[index];
                if (tile.status != TileStatus::ok) continue;
                block.rect.x = block.tiles.empty() ? tile.rect.x : std::min(block.rect.x, tile.rect.x);
                block.rect.y = block.tiles.empty() ? tile.rect.y : std::min(block.rect.y, tile.rect.y);
                right = std::max(right, tile.rect.right());
                bottom = std::max(bottom, tile.rect.bottom());
                block.tiles.push_back(index);
            }
        }
        block.rect.width = right - block.rect.x, block.rect.height = bottom - block.rect.y;
        return block;
    }

    const TileGrid& grid_;
    int edge_;
    std::size_t columns_ = 0, rows_ = 0;
};

}  // namespace

std::string_view to_string(TileStatus status) {
    switch (status) {
        case TileStatus::ok:
            return "ok";
        case TileStatus::background:
            return "background";
        case TileStatus::outside_roi:
            return "outside_roi";
        case TileStatus::read_error:
            return "read_error";
        case TileStatus::benign:
            return "benign";
        case TileStatus::unfamiliar:
            return "unfamiliar";
    }
    return "";
}

TileGrid make_grid(const Slide& slide, const Spacing& spacing, const TissueMask& mask,
                   const RegionOfInterest* region_of_interest, const GridOptions& options) {
    auto grid = grid_without_tiles(slide, spacing, options);
    const double stride = 1 - options.overlap;
    const double estimate = std::ceil(static_cast<double>(slide.width()) / (grid.tile_width * stride)) *
                            std::ceil(static_cast<double>(slide.height()) / (grid.tile_height * stride));
    if (!(estimate <= static_cast<double>(kMostTiles)))
        throw Error(ErrorCode::usage, slide.path().string(),
                    "would be cut into more than " + std::to_string(kMostTiles) + " tiles",
                    "Use less overlap, or check the pixel size.");

    const auto columns = cut_axis(slide.width(), grid.tile_width, options.overlap);
    const auto rows = cut_axis(slide.height(), grid.tile_height, options.overlap);
    grid.columns = static_cast<int>(columns.size());
    grid.rows = static_cast<int>(rows.size());
    grid.tiles.reserve(columns.size() * rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto [top, bottom] = rows[row];
        const auto inside = region_of_interest == nullptr
                                ? std::vector<bool>(columns.size(), true)
                                : centres_inside(*region_of_interest, columns, static_cast<double>(top + bottom) / 2);
        for (std::size_t column = 0; column < columns.size(); ++column) {
            const auto [left, right] = columns[column];
            Tile tile{static_cast<int>(column), static_cast<int>(row), {left, top, right - left, bottom - top}};
            const double fraction = mask.fraction(tile.rect);
            tile.tissue_fraction = static_cast<float>(fraction);
            tile.status = !inside[column]                             ? TileStatus::outside_roi
                          : fraction < options.min_tissue - kRounding ? TileStatus::background
                                                                      : TileStatus::ok;
            grid.tiles.push_back(tile);
        }
    }
    return grid;
}

std::vector<TileBlock> make_blocks(const TileGrid& grid, int edge) {
    return BlockCutter(grid, edge).blocks(std::numeric_limits<std::size_t>::max(), false);
}

std::vector<TileBlock> first_blocks(const TileGrid& grid, std::size_t most, int edge) {
    return BlockCutter(grid, edge).blocks(most, false);
}

std::vector<TileBlock> last_blocks(const TileGrid& grid, std::size_t most, int edge) {
    auto blocks = BlockCutter(grid, edge).blocks(most, true);
    std::ranges::reverse(blocks);
    return blocks;
}

}  // namespace slidetype
