#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/torch/torch_headers.h"
#include "model/training/training.h"

namespace slidetype {

/// What a tile teaches: the share of LUSC among its tumour, and the share of tumour in it.
struct TileTarget {
    float lusc = 0, tumour = 1;
};

/// Some pictures of a dataset, decoded and brought to the patch size.
struct LoadedTiles {
    torch::Tensor tiles;               ///< N × 3 × P × P, float, 0 … 255; undefined where none could be read
    std::vector<std::size_t> members;  ///< which: indices into Dataset::tiles
    std::vector<TileTarget> targets;   ///< of each
};

/// Reads pictures; those that cannot be read are noted once and left out. Thread-safe.
class PictureSource {
  public:
    /// `partners`: the pictures that others may be joined with.
    PictureSource(const Dataset& dataset, int patch_size_px, std::span<const std::size_t> partners = {});

    /// As they are, whole field of view.
    LoadedTiles plain(std::span<const std::size_t> members);
    /// Each varied by a random stream of its own for (seed, epoch, picture).
    LoadedTiles varied(std::span<const std::size_t> members, const Augmentation& how, std::uint64_t seed, int epoch);

    std::vector<std::string> skipped() const;

  private:
    template <class Make>
    LoadedTiles load(std::span<const std::size_t> members, const Make& make);
    RgbImage varied_picture(std::size_t member, const Augmentation& how, Random& random, TileTarget& target) const;
    std::optional<std::size_t> partner_of(std::size_t member, Random& random) const;
    TileTarget target_of(std::size_t member) const;

    const Dataset& dataset_;
    int patch_size_px_;
    std::array<std::array<std::vector<std::size_t>, 3>, 2> partners_;  ///< that teach all, or the gate alone, by label
    mutable std::mutex mutex_;
    std::set<std::string> skipped_;
};

}  // namespace slidetype
