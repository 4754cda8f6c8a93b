#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/network/model_directory.h"

namespace slidetype {

/// What is done to a tile before a network of others sees it, as torchvision does it to a PIL picture: whole grey
/// levels after Resize, then ToTensor and Normalize channel by channel. Resize comes first wherever it stands: it takes
/// weighted means, with which what is done to each channel may change places. Thread-safe.
class TileTransform {
  public:
    /// For tiles of `patch_size_px`.
    TileTransform(const std::vector<Transform>& transforms, int patch_size_px);

    /// Of the pictures that it gives, in pixels.
    int edge() const { return edges_.back(); }

    /// `rgb`: patch × patch × 3 bytes, interleaved. `out`: 3 × edge × edge numbers, one channel after the other.
    void apply(std::span<const std::uint8_t> rgb, std::span<float> out) const;

  private:
    std::vector<int> edges_;                          ///< of the tile, and after each step that resizes it
    std::array<std::array<float, 256>, 3> values_{};  ///< what a byte becomes, by channel
};

}  // namespace slidetype
