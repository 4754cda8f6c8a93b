#pragma once

#include <map>
#include <string>

#include "model/torch/network.h"

namespace slidetype {

/// Ties weights so that the network's answer does not depend on how a tile is turned or mirrored: tissue has no up and
/// down. Each group of `order` channels is one filter in all its positions (group convolutions: Cohen and Welling,
/// "Group Equivariant Convolutional Networks", ICML 2016; for histology Veeling et al., MICCAI 2018). What is learned
/// are the free weights, `order` times fewer; what is run and stored is an ordinary network.
///
/// order 1: no ties; 4: turns by right angles; 8: mirror images too. Immutable, thread-safe.
class Symmetry {
  public:
    /// Throws Error(usage) where the channels of the architecture are no multiples of the order, a strided convolution
    /// reaches further on one side than on the other, or there are dense layers besides the last.
    Symmetry(const Architecture& architecture, int order);

    /// Shape of the free weights of a tensor.
    std::vector<std::int64_t> free_shape(const TensorSpec& spec) const;
    /// The ordinary network, differentiable; tensors that are not tied are passed on.
    TorchWeights expand(const TorchWeights& free) const;
    /// The free weights nearest to an ordinary network: the mean over each tie.
    TorchWeights reduce(const TorchWeights& full) const;
    /// The same for one tensor by the name that it has in the network.
    torch::Tensor reduce(const std::string& name, const torch::Tensor& full) const;

  private:
    struct Tie {
        std::vector<std::int64_t> shape, free_shape;
        torch::Tensor source;  ///< for each element of the full tensor the free element that it is
    };
    void tie_conv(const ConvLayer& layer, const std::string& name, bool first);
    void tie_vector(const std::string& name, std::int64_t channels, std::vector<std::int64_t> shape);

    int order_;
    std::map<std::string, Tie> ties_;
};

}  // namespace slidetype
