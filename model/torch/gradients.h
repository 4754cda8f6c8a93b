#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "model/torch/network.h"
#include "model/torch/picture_source.h"
#include "model/torch/symmetry.h"
#include "model/training/training.h"

namespace slidetype {

/// Sums over some tiles, to be added in a fixed order.
struct GradientSums {
    std::vector<torch::Tensor> gradients;  ///< of the summed loss, in the order of the trainable tensors
    BatchStatistics statistics;
    double loss = 0;                    ///< LUAD against LUSC, weighted
    double weight = 0;                  ///< of the tiles of LUAD and LUSC
    std::size_t right = 0, tumour = 0;  ///< of the tiles of LUAD and LUSC: called right, and all
    std::size_t count = 0;              ///< of all tiles

    void add(const GradientSums& other);
};

/// What does not change between steps.
struct GradientPlan {
    const Architecture& architecture;
    InputKind input;
    const Symmetry& symmetry;
    std::vector<std::string> trainable;
    bool batch_statistics = true;  ///< false: frozen convolutions keep their running statistics
    bool gate = false;
    double label_smoothing = 0;
    std::array<double, 3> class_weight = {1, 1, 1};  ///< by label, in LUAD against LUSC
    /// Benign and tumour, of pictures that teach all and of those that teach the gate alone.
    std::array<std::array<double, 2>, 2> gate_weight = {{{1, 1}, {1, 1}}};
    std::uint64_t seed = 0;
};

/// Which weights each class gets so that the classes of the training pictures weigh the same; their mean is 1.
void balance(GradientPlan& plan, const Dataset& dataset, std::span<const std::size_t> train);

/// `weights`: the free ones (see symmetry.h). Forward and backward on the calling thread, or on the GPU that holds the
/// weights (in mixed precision). Thread-safe: gradients are the caller's own. `loaded` must not be empty.
GradientSums gradients_of(const GradientPlan& plan, const TorchWeights& weights, const Dataset& dataset,
                          const LoadedTiles& loaded, int epoch);

}  // namespace slidetype
