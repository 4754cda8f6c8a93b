#include "tiler/tiles/tile_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "base/error.h"
#include "tiler/tiles/resampled_read.h"

namespace slidetype {
namespace {

constexpr std::int64_t kMostTiles = std::int64_t{1} << 25;  // some 2 GB of tiles; a large slide has 200 000
constexpr double kRounding = 1e-9;                          // of a tissue fraction, so that 1 can be asked for

void check_options(const GridOptions& options) {
    const auto in = [](double value, double low, double high) { return value >= low && value <= high; };
    if (options.patch_size_px < 1 || options.patch_size_px > 16384)
        throw Error(ErrorCode::usage, "patch size", "must be 1 to 16384 pixels");
    if (!in(options.spacing_um_px, kMinSpacingUmPx, 100))
        throw Error(ErrorCode::usage, "model spacing", "must be 0.05 to 100 um per pixel");
    if (!in(options.overlap, 0, 0.9)) throw Error(ErrorCode::usage, "overlap", "must be 0 to 0.9");
    if (!in(options.min_tissue, 0, 1)) throw Error(ErrorCode::usage, "smallest tissue fraction", "must be 0 to 1");
}

void check_spacing(const Slide& slide, const Spacing& spacing, double model_um_px) {
    const double coarser = std::max(spacing.x_um_px, spacing.y_um_px);
    if (!(spacing.x_um_px > 0 && spacing.y_um_px > 0))
        throw Error(ErrorCode::bad_spacing, slide.path().string(), "has a pixel size that is not positive");
    if (coarser <= 2 * model_um_px) return;
    throw Error(ErrorCode::too_coarse, slide.path().string(),
                "its finest level has " + std::to_string(coarser) + " um per pixel and the model needs " +
                    std::to_string(model_um_px) + ", or at most twice that",
                "Scan the slide with a stronger objective, or give the right pixel size with `--spacing`.");
}

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
    check_options(options);
    check_spacing(slide, spacing, options.spacing_um_px);

    TileGrid grid;
    grid.patch_size_px = options.patch_size_px;
    grid.overlap = options.overlap;
    grid.tile_width = options.patch_size_px * options.spacing_um_px / spacing.x_um_px;
    grid.tile_height = options.patch_size_px * options.spacing_um_px / spacing.y_um_px;
    grid.level = level_for_network(slide, std::min(grid.tile_width, grid.tile_height) / options.patch_size_px);

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
