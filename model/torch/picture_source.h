#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/torch/torch_headers.h"
#include "model/training/training.h"

namespace slidetype {

/// Some pictures of a dataset, decoded and brought to the patch size.
struct LoadedTiles {
    torch::Tensor tiles;               ///< N × 3 × P × P, float, 0 … 255; undefined where none could be read
    std::vector<std::size_t> members;  ///< which: indices into Dataset::tiles
};

/// Reads pictures; those that cannot be read are noted once and left out. Thread-safe.
class PictureSource {
  public:
    PictureSource(const Dataset& dataset, int patch_size_px) : dataset_(dataset), patch_size_px_(patch_size_px) {}

    /// As they are, whole field of view.
    LoadedTiles plain(std::span<const std::size_t> members);
    /// Each varied by a random stream of its own for (seed, epoch, picture).
    LoadedTiles varied(std::span<const std::size_t> members, const Augmentation& how, std::uint64_t seed, int epoch);

    std::vector<std::string> skipped() const;

  private:
    template <class Make>
    LoadedTiles load(std::span<const std::size_t> members, const Make& make);

    const Dataset& dataset_;
    int patch_size_px_;
    mutable std::mutex mutex_;
    std::set<std::string> skipped_;
};

}  // namespace slidetype
