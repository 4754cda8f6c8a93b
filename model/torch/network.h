#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/network/architecture.h"
#include "model/network/weights.h"
#include "model/torch/torch_headers.h"

namespace slidetype {

/// Tensors of a network by name; see tensors_of().
using TorchWeights = std::map<std::string, torch::Tensor>;

/// Mean and variance that one shard of a batch showed to each batch normalisation, by layer name.
using BatchStatistics = std::map<std::string, std::pair<torch::Tensor, torch::Tensor>>;

/// Float tensors, contiguous (convolution weights channels-last), that share nothing with `weights`.
TorchWeights to_torch(const Weights& weights);
Weights from_torch(const TorchWeights& weights);

class Symmetry;

/// Fresh free weights of a network with that symmetry: He et al. (ICCV 2015) normal for layers before a ReLU, LeCun for
/// the last one, zero biases.
TorchWeights initial_weights(const Architecture& architecture, const Symmetry& symmetry, bool gate, std::uint64_t seed);

/// What a network says of N tiles.
struct NetworkOutput {
    torch::Tensor logits;    ///< N
    torch::Tensor gate;      ///< N; undefined where the weights hold no gate
    torch::Tensor features;  ///< N × feature_count()
};

/// `tiles`: N × 3 × P × P, float, 0 … 255, on the device that holds the weights. With running statistics (inference);
/// or in training with those of the batch, which are put into `statistics` (with running ones where that is null), and
/// with dropout drawn from a generator of the given seed.
NetworkOutput forward(const Architecture& architecture, InputKind input, const TorchWeights& weights,
                      const torch::Tensor& tiles);
NetworkOutput forward_training(const Architecture& architecture, InputKind input, const TorchWeights& weights,
                               const torch::Tensor& tiles, BatchStatistics* statistics, std::uint64_t dropout_seed);

/// The mean over `turns` positions of each tile (see turns.h) of what `pass` gives for N × 3 × P × P pixels.
NetworkOutput mean_over_turns(const torch::Tensor& tiles, int turns,
                              const std::function<NetworkOutput(const torch::Tensor&)>& pass);

/// The same network after fold_batch_norm(): weights hold convN.bias in place of the normalisation.
NetworkOutput forward_folded(const Architecture& architecture, InputKind input, const TorchWeights& weights,
                             const torch::Tensor& tiles);

/// Makes libtorch compute on the calling thread alone: one single-threaded network per worker scales, nested
/// parallelism does not, and sums come out the same whatever the machine. OpenMP keeps this per thread.
void compute_on_this_thread_alone();

}  // namespace slidetype
