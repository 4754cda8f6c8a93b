#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace slidetype {

/// Which tiles of a cohort teach a tile network, by how the heads of a model attend to them. Shares are of all tiles of
/// the cohort and not of each slide: heads see a tile for itself, so their attention compares across slides. A slide of
/// little tumour then gives few tiles, and one at whose tumour heads do not look gives none, rather than its benign
/// tissue. Heads are asked together, since a single one may tell one class by the absence of the other and look away
/// from its tumour.
struct PickRule {
    /// A tile that most heads place among this share, which they attend to most, teaches the diagnosis of its slide.
    double attended = 0.15;
    /// This share, which no head places high, teaches that it is no tumour; 0: none does.
    double unattended = 0.1;
    std::size_t most = 40;  ///< of a patient, of each of the two
};

/// How heads attend to a tile: its place among all tiles of the cohort, 0 … 100.
struct TileAttention {
    float median = 0;   ///< over the heads
    float highest = 0;  ///< by the head that places it highest; of these places, its place among those of all tiles
    bool operator==(const TileAttention&) const = default;
};

/// A tile that was picked.
struct TilePick {
    std::size_t tile = 0;  ///< of the bag
    int label = 0;         ///< the diagnosis, or kBenignLabel
    bool operator==(const TilePick&) const = default;
};

/// Picks tiles of one slide, at most `most` of each kind: where more fit, evenly over the order of their attention, so
/// that not only the most alike are taken. Of equal attention the earlier tile comes first. Ascending by tile.
/// `diagnosis`: 0 LUAD, 1 LUSC.
std::vector<TilePick> pick_tiles(std::span<const TileAttention> tiles, int diagnosis, const PickRule& rule,
                                 std::size_t most);

/// The places of all tiles of a cohort, from what each head gives them before the softmax of a slide: `scores[h][i]` of
/// head h and tile i. Throws Error(internal) where heads differ in the number of tiles, or there are none.
std::vector<TileAttention> compare_attention(std::span<const std::vector<float>> scores);

}  // namespace slidetype
