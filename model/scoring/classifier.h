#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace slidetype {

/// What a model says of a number of tiles.
struct TileScores {
    /// tiles × classes, row-major: calibrated probabilities that sum to 1 (a model of one class has one column).
    std::vector<float> probabilities;
    /// P(tumour) per tile; empty where the model has no gate.
    std::vector<float> tumour;
    /// How far a tile is from what the model was trained on, in units of the stored threshold: above 1 it is
    /// unfamiliar. Empty where the model does not know.
    std::vector<float> strangeness;
};

/// Scores tiles. Backends implement this; open_classifier() in model/backends/backend.h opens one.
/// Thread-safe: any number of threads may call `classify` at once, each call computes on the calling thread alone (or
/// on the GPU, in a stream of its own).
class Classifier {
  public:
    virtual ~Classifier() = default;

    /// The backend in words, such as "libtorch 1.13.1, CPU".
    virtual std::string description() const = 0;

    /// `tiles`: count × patch × patch × 3 bytes (RGB interleaved) at the model's patch size.
    /// A tile's result depends on the batch it is in by no more than float rounding, with oneDNN not at all.
    /// Throws Error(bad_model) where the model fails or gives what is no probability.
    virtual TileScores classify(std::span<const std::uint8_t> tiles, std::size_t count) = 0;
};

}  // namespace slidetype
