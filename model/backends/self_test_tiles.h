#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace slidetype {

/// Version of the drawing below: the change of a single pixel needs a new one, or stored scores no longer fit.
inline constexpr int kSelfTestDrawing = 1;
inline constexpr std::size_t kSelfTestTiles = 4;

/// Tiles drawn after tissue stained with hematoxylin and eosin: glands, a solid sheet with keratin, stroma, and glass
/// with a fold; the first `count` of them. count × patch × patch × 3 bytes of RGB, in integer arithmetic alone, so the
/// same everywhere. `patch_px` is 1 … 4096; the drawing fills the tile whatever its size.
std::vector<std::uint8_t> self_test_tiles(int patch_px, std::size_t count = kSelfTestTiles);

}  // namespace slidetype
