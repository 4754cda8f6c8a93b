#include "tiler/missing_tiles.h"

#include <algorithm>
#include <utility>

#include "tiler/level_rect.h"

namespace slidetype {
namespace {

/// A rectangle of one level in pixels of another.
Rect scaled(const Rect& rect, const LevelShape& from, const LevelShape& to) {
    const auto x = rect.x * to.width / from.width, y = rect.y * to.height / from.height;
    return {x, y, rect.right() * to.width / from.width - x, rect.bottom() * to.height / from.height - y};
}

}  // namespace

MissingTiles::MissingTiles(std::span<const TiledDirectory* const> directories, std::string_view vendor,
                           std::span<const LevelShape> levels) {
    if (vendor != "generic-tiff") return;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        Level level{levels[i], 0, {}};
        if (const auto* directory = directories[i]; directory != nullptr && directory->has_missing_tiles) {
            level.columns = directory->columns;
            for (const auto& tile : directory->tiles) level.missing.push_back(tile.bytes == 0);
        }
        levels_.push_back(std::move(level));
    }
}

const MissingTiles::Level* MissingTiles::level_of(int level) const {
    const auto index = static_cast<std::size_t>(level);
    return index < levels_.size() && !levels_[index].missing.empty() ? &levels_[index] : nullptr;
}

/// Calls visit(missing, rect of the tile within the level) for each tile with a pixel in `rect`, row by row, until it
/// returns false.
template <class Visit>
void MissingTiles::visit(int level, const Rect& rect, Visit visit) const {
    const auto* from = level_of(level);
    if (from == nullptr) return;
    const Rect whole{0, 0, from->shape.width, from->shape.height}, visible = common(rect, whole);
    const auto width = from->shape.tile_width, height = from->shape.tile_height;
    if (visible.empty()) return;
    for (auto row = visible.y / height; row * height < visible.bottom(); ++row) {
        for (auto column = visible.x / width; column * width < visible.right(); ++column) {
            const bool missing = from->missing[static_cast<std::size_t>(row * from->columns + column)];
            if (!visit(missing, common({column * width, row * height, width, height}, whole))) return;
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
    const auto& shape = levels_[static_cast<std::size_t>(level)].shape;
    const Rect tile{x / shape.tile_width * shape.tile_width, y / shape.tile_height * shape.tile_height,
                    shape.tile_width, shape.tile_height};
    return common(tile, {0, 0, shape.width, shape.height});
}

Rect MissingTiles::whole_tiles(int level, const Rect& rect) const {
    const auto* from = level_of(level);
    if (from == nullptr) return {};
    const Rect visible = common(rect, {0, 0, from->shape.width, from->shape.height});
    if (visible.empty()) return {};
    const Rect first = tile_at(level, visible.x, visible.y),
               last = tile_at(level, visible.right() - 1, visible.bottom() - 1);
    return {first.x, first.y, last.right() - first.x, last.bottom() - first.y};
}

}  // namespace slidetype
