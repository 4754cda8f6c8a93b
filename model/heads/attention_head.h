#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/network/weights.h"

namespace slidetype {

/// How the tiles of a bag are put together.
enum class Pooling {
    attention,  ///< mean of the tiles by their attention: gated attention (Ilse et al., ICML 2018)
    mean,       ///< plain mean of what is said of each tile
};

/// The sizes of a head, which turns a bag of vectors x into one logit z of the second class (LUSC):
///   h = ReLU(layer · x + bias)                            inputs -> hidden
///   s = score · (tanh(values · h) * sigmoid(gates · h))   hidden -> attention -> 1
///   a = softmax of s over the tiles of the bag (1 / tiles for Pooling::mean)
///   z = sum over tiles of a · (classifier · h + bias)
/// The classifier is linear, so what a tile adds to z is its attention times the logit that it has alone: the logits of
/// tiles are a heatmap that explains the call exactly.
struct HeadShape {
    std::size_t inputs = 0, hidden = 0, attention = 0;
    Pooling pooling = Pooling::attention;
    bool operator==(const HeadShape&) const = default;
};

/// The weights of a head, one block after the other in one list, so that an optimiser sees numbers alone. A plain
/// value.
class HeadWeights {
  public:
    explicit HeadWeights(const HeadShape& shape);

    const HeadShape& shape() const { return shape_; }
    std::span<float> values() { return values_; }
    std::span<const float> values() const { return values_; }

    /// Parts of values(), row-major.
    enum class Part {
        layer,
        layer_bias,
        values,
        values_bias,
        gates,
        gates_bias,
        score,
        score_bias,
        classifier,
        classifier_bias
    };
    std::span<float> part(Part part);
    std::span<const float> part(Part part) const;
    /// Where a part begins in values(), and how long it is.
    std::size_t begin_of(Part part) const;
    std::size_t size_of(Part part) const;

    bool operator==(const HeadWeights&) const = default;

  private:
    HeadShape shape_;
    std::vector<float> values_;
};

/// Fresh weights: Glorot's uniform distribution (AISTATS 2010), biases zero. The same for the same seed everywhere.
HeadWeights fresh_head(const HeadShape& shape, std::uint64_t seed);

/// The same head for inputs x where it was trained on (x - mean) / deviation.
HeadWeights with_standardisation(HeadWeights head, std::span<const float> mean, std::span<const float> deviation);

/// Heads as tensors "head0.layer.weight", "head0.layer.bias", …, and back. All have one shape, of which the pooling is
/// given, since tensors do not tell it. Throws Error(bad_model) naming `source` where tensors are missing, too many, or
/// do not fit each other.
Weights heads_to_tensors(std::span<const HeadWeights> heads);
std::vector<HeadWeights> heads_from_tensors(const Weights& tensors, Pooling pooling, const std::string& source);

}  // namespace slidetype
