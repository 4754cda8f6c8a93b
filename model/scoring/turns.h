#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace slidetype {

/// Tissue has no up and down, so what a network says of a tile may be averaged over the tile in several positions
/// (test-time augmentation): over 1, 2 (as it is, and turned by a right angle), 4 (all right angles) or 8 (mirrored,
/// too).
///
/// Tiles of edge × edge × 3 bytes, each in position `turn` (0 … 7): turned by turn % 4 right angles against the clock,
/// from 4 on of its mirror image.
std::vector<std::uint8_t> turned(std::span<const std::uint8_t> tiles, std::size_t edge, int turn);

}  // namespace slidetype
