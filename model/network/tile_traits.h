#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace slidetype {

/// How a tile looks, in figures by which pictures of two sources differ (see domain_check.h):
///   colour, 9: log of the mean optical density of red, green and blue, log of their standard deviations, and the
///     correlations red-green, red-blue, green-blue (together the stains' direction and strength);
///   sharpness, 7: logs of ratios of the energy in neighbouring octaves, of the mean density (3) and of blue against
///     red (3), and how much of the coarsest detail is colour (1);
///   structure, 1: log of the tile's strangeness to the network, 0 where the model does not tell.
inline constexpr std::size_t kColourTraits = 9, kSharpnessTraits = 7, kStructureTraits = 1;
inline constexpr std::size_t kTraits = kColourTraits + kSharpnessTraits + kStructureTraits;
using TileTraits = std::array<double, kTraits>;

/// Of a square tile of 8-bit RGB, rows from the top, pixels interleaved. Tiles of 200 or more pixels are halved first,
/// so that networks with patches of 112 and of 256 pixels look at the same detail; the edge must be 16 or more for
/// sharpness, which is else left 0. Depends on the tile alone. Thread-safe.
TileTraits tile_traits(std::span<const std::uint8_t> rgb, int edge, std::optional<float> strangeness);

/// Means of the traits of some tiles.
class TraitMean {
  public:
    void add(const TileTraits& traits);
    std::size_t tiles() const { return tiles_; }
    TileTraits mean() const;

  private:
    TileTraits sums_{};
    std::size_t tiles_ = 0;
};

}  // namespace slidetype
