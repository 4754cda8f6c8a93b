#pragma once

#include "model/training/torch_module.h"

namespace slidetype {

/// See train_network(), augmented_examples() and features_of() in model/training/training.h.
TrainReport train_with_torch(const Dataset& dataset, const Split& split, const TrainOptions& options,
                             const TrainCallbacks& callbacks);
std::vector<AugmentedExample> augmented_examples_with_torch(const Dataset& dataset, const Split& split,
                                                            const TrainOptions& options, std::size_t count);
std::vector<float> features_with_torch(const ModelConfig& config, const Weights& weights, const Dataset& dataset,
                                       std::span<const std::size_t> members, int threads,
                                       std::vector<std::size_t>& loaded);

}  // namespace slidetype
