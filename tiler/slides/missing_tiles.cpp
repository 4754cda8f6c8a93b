#include "tiler/slides/missing_tiles.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tiler/slides/level_rect.h"

namespace slidetype {
namespace {

/// A rectangle of one level in pixels of another.
Rect scaled(const Rect& rect, const LevelShape& from, const LevelShape& to) {
    const auto x = rect.x * to.width / from.width, y = rect.y * to.height / from.height;
    return {x, y, rect.right() * to.width / from.width - x, rect.bottom() * to.height / from.height - y};
}

}  // namespace

MissingTiles::MissingTiles(std::span<const std::vector<PlacedDirectory>> placed, std::span<const LevelShape> levels) {
    for (std::size_t i = 0; i < levels.size(); ++i) {
        Level level{levels[i], {}};
        const bool any =
            std::ranges::any_of(placed[i], [](const PlacedDirectory& one) { return one.directory->has_missing_tiles; });
        for (const auto& [directory, x, y] : placed[i]) {
            if (!any || directory->tiles.empty()) continue;
            Grid grid{x, y, directory->tile_width, directory->tile_height, directory->columns, directory->rows, {}};
            for (const auto& tile : directory->tiles) grid.missing.push_back(tile.bytes == 0);
            level.grids.push_back(std::move(grid));
        }
        levels_.push_back(std::move(level));
    }
}

Rect MissingTiles::Grid::tile(std::int64_t column, std::int64_t row) const {
    const auto edge = [](double origin, std::int64_t at) {
        return static_cast<std::int64_t>(std::ceil(origin + static_cast<double>(at)));
    };
    const auto left = edge(x, column * tile_width), top = edge(y, row * tile_height);
    return {left, top, edge(x, (column + 1) * tile_width) - left, edge(y, (row + 1) * tile_height) - top};
}

const MissingTiles::Level* MissingTiles::level_of(int level) const {
    const auto index = static_cast<std::size_t>(level);
    return index < levels_.size() && !levels_[index].grids.empty() ? &levels_[index] : nullptr;
}

/// Calls visit(missing, rect of the tile within the level) for each tile with a pixel in `rect`, row by row, until it
/// returns false.
template <class Visit>
void MissingTiles::visit(int level, const Rect& rect, Visit visit) const {
    const auto* from = level_of(level);
    if (from == nullptr) return;
    const Rect whole{0, 0, from->shape.width, from->shape.height}, visible = common(rect, whole);
    if (visible.empty()) return;
    for (const Grid& grid : from->grids) {
        const auto index = [](std::int64_t at, double origin, std::int64_t tile) {
            return static_cast<std::int64_t>(
                std::floor((static_cast<double>(at) - origin) / static_cast<double>(tile)));
        };
        const auto first = std::max<std::int64_t>(index(visible.x, grid.x, grid.tile_width), 0);
        const auto last = std::min(index(visible.right(), grid.x, grid.tile_width), grid.columns - 1);
        const auto bottom = std::min(index(visible.bottom(), grid.y, grid.tile_height), grid.rows - 1);
        for (auto row = std::max<std::int64_t>(index(visible.y, grid.y, grid.tile_height), 0); row <= bottom; ++row) {
            for (auto column = first; column <= last; ++column) {
                const Rect tile = common(grid.tile(column, row), whole);
                if (common(tile, visible).empty()) continue;
                if (!visit(grid.missing[static_cast<std::size_t>(row * grid.columns + column)], tile)) return;
            }
        }
    }
}

bool MissingTiles::touch(int level, const Rect& rect) const {
    bool found = false;
    visit(level, rect, [&](bool missing, const Rect&) {
        found = missing;
        return !found;
    });
    return found;
}

std::vector<Rect> MissingTiles::within(int level, const Rect& rect) const {
    std::vector<Rect> tiles;
    visit(level, rect, [&](bool missing, const Rect& tile) {
        if (missing) tiles.push_back(tile);
        return true;
    });
    return tiles;
}

std::vector<Rect> MissingTiles::present(int level, const Rect& rect) const {
    std::vector<Rect> parts;
    visit(level, rect, [&](bool missing, const Rect& tile) {
        if (!missing) parts.push_back(common(tile, rect));
        return true;
    });
    return parts;
}

bool MissingTiles::are_background(int level, const Rect& rect) const {
    if (level == 0) return true;
    bool all = true;
    visit(level, rect, [&](bool missing, const Rect& tile) {
        all = !missing || nothing_above(level, tile);
        return all;
    });
    return all;
}

/// Whether the next finer level, and those before it, have no pixel of this tile.
bool MissingTiles::nothing_above(int level, const Rect& tile) const {
    const auto* finer = level_of(level - 1);
    if (finer == nullptr) return false;
    const auto& shape = levels_[static_cast<std::size_t>(level)].shape;
    const Rect above = scaled(tile, shape, finer->shape);
    bool all = true;
    visit(level - 1, above, [&](bool missing, const Rect& other) {
        all = missing && (level == 1 || nothing_above(level - 1, other));
        return all;
    });
    return all;
}

Rect MissingTiles::tile_at(int level, std::int64_t x, std::int64_t y) const {
    Rect found;
    visit(level, {x, y, 1, 1}, [&](bool, const Rect& tile) {
        found = tile;
        return false;
    });
    return found;
}

Rect MissingTiles::whole_tiles(int level, const Rect& rect) const {
    if (level_of(level) == nullptr) return {};
    auto left = rect.x, top = rect.y, right = rect.right(), bottom = rect.bottom();
    visit(level, rect, [&](bool, const Rect& tile) {
        left = std::min(left, tile.x), top = std::min(top, tile.y);
        right = std::max(right, tile.right()), bottom = std::max(bottom, tile.bottom());
        return true;
    });
    return {left, top, right - left, bottom - top};
}

bool MissingTiles::between_pixels(int level) const {
    const auto* from = level_of(level);
    return from != nullptr && std::ranges::any_of(from->grids, [](const Grid& grid) {
               return grid.x != std::floor(grid.x) || grid.y != std::floor(grid.y);
           });
}

MissingTiles::Count MissingTiles::count(int level) const {
    Count count;
    if (const auto* from = level_of(level)) {
        for (const Grid& grid : from->grids) {
            count.all += grid.missing.size();
            count.missing += static_cast<std::size_t>(std::ranges::count(grid.missing, true));
        }
    }
    return count;
}

}  // namespace slidetype
