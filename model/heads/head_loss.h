#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/heads/head_pass.h"
#include "model/heads/head_training.h"

namespace slidetype {

/// The classifiers of tiles that HeadLoss::clam learns beside the head, and that are thrown away after: for each class
/// a row of `hidden` weights and a bias. Tiles that speak for a class are told from those that do not.
struct InstanceWeights {
    std::size_t hidden = 0;
    std::vector<float> values;  ///< 2 × (hidden + 1)
    explicit InstanceWeights(std::size_t width) : hidden(width), values(2 * (width + 1), 0.0F) {}
};

/// What a bag taught.
struct BagLesson {
    double loss = 0;   ///< not weighed
    double logit = 0;  ///< of the bag
};

/// The loss of a bag and, where `slopes` is given, how it changes with what was computed of its tiles, times `weight`;
/// how it changes with the instance weights is added to `instance_gradient`. With HeadLoss::clam the `instance_tiles`
/// most attended tiles are taken for tiles of the bag's class and the least attended for none of it, and the most
/// attended for none of the other class; the loss is (1 - w) × cross entropy of the bag + w × mean cross entropy of
/// these.
BagLesson bag_lesson(const HeadWeights& head, const InstanceWeights& instances, const HeadPass& pass, int label,
                     double weight, const HeadOptions& options, TileSlopes* slopes, InstanceWeights* instance_gradient);

}  // namespace slidetype
