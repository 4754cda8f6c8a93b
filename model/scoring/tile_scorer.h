#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "model/network/model_directory.h"
#include "model/scoring/classifier.h"

namespace slidetype {

/// Says of tiles, from their features, what they are: the last step of every model, apart from how tiles become
/// features (see encoder.h). Immutable, so any number of threads may use one object.
class TileScorer {
  public:
    virtual ~TileScorer() = default;

    /// How many numbers a tile must have.
    virtual std::size_t dimension() const = 0;

    /// `features`: count × dimension(), row-major. What is said of a tile depends on its features alone.
    /// Throws Error(bad_model) where what comes out is no finite number.
    virtual TileScores score(std::span<const float> features, std::size_t count) const = 0;
};

/// Of a network of ours: its last layer and its gate, both calibrated, and its guard. With `int8` for the features that
/// integers give, whose logits are shifted (see Int8Config). It keeps nothing of `model`.
std::unique_ptr<TileScorer> make_network_scorer(const ModelDirectory& model, bool int8);

/// Of a model of others, whose features are one logit per class: probabilities by WSInfer's rule, softmax over several
/// columns and the sigmoid of a single one. Infinite logits are taken where their probabilities are finite.
std::unique_ptr<TileScorer> make_logit_scorer(const ModelDirectory& model);

}  // namespace slidetype
