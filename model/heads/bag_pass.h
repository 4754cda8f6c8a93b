#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/bags/bag.h"
#include "model/heads/attention_head.h"

namespace slidetype {

/// Tiles that are computed at once. Fixed, so that a bag's values do not hang on who cuts it.
inline constexpr std::size_t kTilesAtOnce = 256;

/// What a head says of the tiles of a bag.
struct BagPass {
    std::vector<float> scores, logits;  ///< of each tile; see HeadPass
};

/// Looks at all tiles of a bag, kTilesAtOnce at a time, on the calling thread alone. The bag must have the head's
/// dimension.
BagPass run_head_on_bag(const HeadWeights& head, const Bag& bag);

/// Rows of a bag as floats, tiles × dimension.
std::vector<float> floats_of(std::span<const std::uint16_t> halves);

}  // namespace slidetype
