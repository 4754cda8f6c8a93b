#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/architecture.h"
#include "model/torch/torch_headers.h"
#include "model/weights.h"

namespace slidetype {

/// Tensors of a network by name; see tensors_of().
using TorchWeights = std::map<std::string, torch::Tensor>;

/// Mean and variance that one shard of a batch showed to each batch normalisation, by layer name.
using BatchStatistics = std::map<std::string, std::pair<torch::Tensor, torch::Tensor>>;

/// Float tensors, contiguous (convolution weights channels-last), that share nothing with `weights`.
TorchWeights to_torch(const Weights& weights);
Weights from_torch(const TorchWeights& weights);

/// Fresh weights: He et al. (ICCV 2015) normal for layers before a ReLU, LeCun for the last one, zero biases.
TorchWeights initial_weights(const Architecture& architecture, std::uint64_t seed);

/// What comes before the first layer. `tiles`: N × 3 × P × P, float, 0 … 255.
torch::Tensor prepare_input(const torch::Tensor& tiles, InputKind kind);

/// N logits from N × 3 × P × P floats in 0 … 255. With running statistics (inference) or, if `training` is given, with
/// those of the batch, which are put there; dropout is then drawn from torch's generator of the calling thread's seed.
torch::Tensor forward(const Architecture& architecture, const TorchWeights& weights, const torch::Tensor& tiles);
torch::Tensor forward_training(const Architecture& architecture, const TorchWeights& weights,
                               const torch::Tensor& tiles, BatchStatistics& statistics, std::uint64_t dropout_seed);

/// The same network after fold_batch_norm(): weights hold convN.bias in place of the normalisation.
torch::Tensor forward_folded(const Architecture& architecture, const TorchWeights& weights, const torch::Tensor& tiles);

/// Makes libtorch compute on the calling thread alone: one single-threaded network per worker scales, nested
/// parallelism does not, and sums come out the same whatever the machine. OpenMP keeps this per thread.
void compute_on_this_thread_alone();

}  // namespace slidetype
