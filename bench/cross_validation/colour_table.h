#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/raster.h"
#include "model/data/dataset.h"

namespace slidetype::bench {

/// What the trivial baselines know of a picture: its colours and nothing of its tissue.
struct Colours {
    std::array<float, 6> moments{};     ///< mean and standard deviation of red, green and blue, 0 … 1
    std::array<float, 64> histogram{};  ///< shares of the 4 × 4 × 4 equal cells of the RGB cube; they sum to 1
};
Colours colours_of(const RgbImage& picture);

/// Colours of every tumour picture of a dataset, as it is and under every picture shift: read once, used by every
/// baseline and unit. Read-only after construction, so any number of threads may share it.
class ColourTable {
  public:
    /// Decodes all pictures on `threads` threads; `progress(done, total)` comes from any thread, one at a time.
    /// Throws Error(bad_data | io) for a picture that cannot be read.
    ColourTable(const Dataset& dataset, int threads, const std::function<void(std::size_t, std::size_t)>& progress);

    /// kPlain, then the names of picture_shifts().
    const std::vector<std::string>& variants() const { return variants_; }
    /// Of tile `tile` of the dataset; empty colours for a benign one.
    const Colours& at(std::size_t variant, std::size_t tile) const { return colours_[variant][tile]; }
    int label(std::size_t tile) const { return labels_[tile]; }

  private:
    std::vector<std::string> variants_;
    std::vector<std::vector<Colours>> colours_;
    std::vector<int> labels_;
};

}  // namespace slidetype::bench
