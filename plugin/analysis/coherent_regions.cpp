#include "plugin/analysis/coherent_regions.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>

namespace slidetype {
namespace {

/// One half where nothing weighs anything.
double probability_of_part(const VoteSums& sums, const std::optional<VoteCalibration>& calibration) {
    if (sums.weight <= 0) return 0.5;
    return slide_probability(sums.prob_lusc / sums.weight, sums.border / sums.weight, calibration);
}

/// Tiles by their place.
class TileMap {
  public:
    explicit TileMap(std::span<const CallTile> tiles) : tiles_(tiles) {
        places_.reserve(tiles.size());
        for (std::size_t i = 0; i < tiles.size(); ++i) places_.emplace(key(tiles[i].column, tiles[i].row), i);
    }

    std::optional<std::size_t> at(int column, int row) const {
        const auto found = places_.find(key(column, row));
        return found == places_.end() ? std::nullopt : std::optional(found->second);
    }

    /// P(LUSC) of the voting tiles around this one; one half where none weighs anything.
    double probability_around(const CallTile& tile, const std::optional<VoteCalibration>& calibration) const {
        VoteSums sums;
        for (int row = tile.row - 1; row <= tile.row + 1; ++row) {
            for (int column = tile.column - 1; column <= tile.column + 1; ++column) {
                if (const auto other = at(column, row)) sums.add(tiles_[*other]);
            }
        }
        return probability_of_part(sums, calibration);
    }

  private:
    static std::uint64_t key(int column, int row) {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(row)) << 32 | static_cast<std::uint32_t>(column);
    }

    std::span<const CallTile> tiles_;
    std::unordered_map<std::uint64_t, std::size_t> places_;
};

}  // namespace

std::array<std::vector<CoherentRegion>, 2> coherent_regions(std::span<const CallTile> tiles,
                                                            const std::optional<VoteCalibration>& calibration) {
    const TileMap map(tiles);
    std::vector<char> lusc(tiles.size()), seen(tiles.size());
    for (std::size_t i = 0; i < tiles.size(); ++i) lusc[i] = map.probability_around(tiles[i], calibration) > 0.5;
    std::array<std::vector<CoherentRegion>, 2> regions;
    std::vector<std::size_t> open;
    for (std::size_t first = 0; first < tiles.size(); ++first) {
        if (seen[first]) continue;
        CoherentRegion region;
        VoteSums sums;
        seen[first] = 1;
        open.assign(1, first);
        while (!open.empty()) {
            const CallTile& tile = tiles[open.back()];
            open.pop_back();
            region.tumour_mm2 += tile.certainty() * tile.tissue_mm2;
            sums.add(tile);
            for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
                const auto next = map.at(tile.column + dx, tile.row + dy);
                if (!next || seen[*next] || lusc[*next] != lusc[first]) continue;
                seen[*next] = 1;
                open.push_back(*next);
            }
        }
        region.prob_lusc = probability_of_part(sums, calibration);
        regions[static_cast<std::size_t>(lusc[first])].push_back(region);
    }
    return regions;
}

}  // namespace slidetype
