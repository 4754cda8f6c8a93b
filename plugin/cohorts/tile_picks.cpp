#include "plugin/cohorts/tile_picks.h"

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "model/data/dataset.h"
#include "model/metrics/percentiles.h"

namespace slidetype {
namespace {

constexpr double kAllTiles = 100;

/// `most` of them, evenly spread over their order; all where there are no more.
std::vector<std::size_t> spread(const std::vector<std::size_t>& ordered, std::size_t most) {
    if (ordered.size() <= most) return ordered;
    std::vector<std::size_t> taken;
    taken.reserve(most);
    for (std::size_t i = 0; i < most; ++i) taken.push_back(ordered[i * ordered.size() / most]);
    return taken;
}

}  // namespace

std::vector<TilePick> pick_tiles(std::span<const TileAttention> tiles, int diagnosis, const PickRule& rule,
                                 std::size_t most) {
    std::vector<std::size_t> attended, unattended;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        if (double{tiles[i].median} > kAllTiles * (1 - rule.attended)) {
            attended.push_back(i);
        } else if (double{tiles[i].highest} < kAllTiles * rule.unattended) {
            unattended.push_back(i);
        }
    }
    std::ranges::stable_sort(attended, std::greater{}, [&](std::size_t i) { return tiles[i].median; });
    std::ranges::stable_sort(unattended, std::less{}, [&](std::size_t i) { return tiles[i].highest; });
    std::vector<TilePick> picks;
    for (const auto i : spread(attended, most)) picks.push_back({i, diagnosis});
    for (const auto i : spread(unattended, most)) picks.push_back({i, kBenignLabel});
    std::ranges::sort(picks, {}, &TilePick::tile);
    return picks;
}

std::vector<TileAttention> compare_attention(std::span<const std::vector<float>> scores) {
    if (scores.empty()) throw Error(ErrorCode::internal, "tiles to pick from", "have no head to look at them");
    std::vector<std::vector<float>> places;
    for (const auto& of_head : scores) {
        if (of_head.size() != scores.front().size()) {
            throw Error(ErrorCode::internal, "tiles to pick from", "differ in number between heads");
        }
        places.push_back(percentiles(of_head));
    }
    std::vector<TileAttention> tiles(scores.front().size());
    std::vector<float> highest(tiles.size()), of_tile(scores.size());
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        for (std::size_t h = 0; h < places.size(); ++h) of_tile[h] = places[h][i];
        std::ranges::sort(of_tile);
        highest[i] = of_tile.back();
        tiles[i].median = (of_tile[(of_tile.size() - 1) / 2] + of_tile[of_tile.size() / 2]) / 2;
    }
    const auto ranked = percentiles(highest);
    for (std::size_t i = 0; i < tiles.size(); ++i) tiles[i].highest = ranked[i];
    return tiles;
}

}  // namespace slidetype
