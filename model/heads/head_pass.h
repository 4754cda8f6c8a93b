#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/heads/attention_head.h"

namespace slidetype {

/// What is left out of a training pass, so that the head does not lean on single numbers (dropout): one byte each, 1
/// where a value stays, and what those that stay are multiplied by.
struct DropMasks {
    std::vector<std::uint8_t> hidden;     ///< tiles × hidden
    std::vector<std::uint8_t> attention;  ///< tiles × attention
    float scale = 1;
};

/// What a head computes of some tiles. Reused from pass to pass, so that memory is taken once.
struct HeadPass {
    std::vector<float> hidden;          ///< tiles × hidden, after ReLU and what was left out
    std::vector<float> values, gates;   ///< tiles × attention, after tanh and sigmoid
    std::vector<float> gated;           ///< tiles × attention: their product, after what was left out
    std::vector<float> scores, logits;  ///< of each tile: s and classifier · h + bias
    std::size_t tiles() const { return logits.size(); }
};

/// Forward. `inputs`: tiles × shape().inputs. On the calling thread alone; a tile's values depend on the others by no
/// more than float rounding, and on nothing else.
void run_head(const HeadWeights& head, std::span<const float> inputs, HeadPass& pass, const DropMasks* masks = nullptr);

/// Weights of the tiles of a bag from their scores: softmax, or all the same for Pooling::mean. Sums with doubles, in
/// order. Scores must be finite.
std::vector<float> attention_of(std::span<const float> scores, Pooling pooling);

/// What the scores of a bag weigh together: the logarithm of the sum of their exponentials, or of their number for
/// Pooling::mean; minus infinity for no tile. By it attention_of() of several bags is that of one (see BagPart).
double log_weight_of(std::span<const float> scores, Pooling pooling);

/// The logit of a bag: sum of attention × logit of its tiles, in order, with doubles.
double bag_logit(std::span<const float> attention, std::span<const float> logits);

/// How the loss changes with what was computed of each tile.
struct TileSlopes {
    std::vector<float> logits, scores;  ///< of each tile
    std::vector<float> hidden;          ///< tiles × hidden, what comes on top from elsewhere; may be empty
};

/// Backward: adds to `gradient` how the loss changes with each weight. `inputs`, `pass` and `masks` are those of the
/// forward pass.
void add_gradient(const HeadWeights& head, std::span<const float> inputs, const HeadPass& pass, const DropMasks* masks,
                  const TileSlopes& slopes, HeadWeights& gradient);

}  // namespace slidetype
