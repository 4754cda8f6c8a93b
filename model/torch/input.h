#pragma once

#include "model/network/architecture.h"
#include "model/torch/torch_headers.h"

namespace slidetype {

/// What comes before the first layer. `tiles`: N × 3 × P × P, float, 0 … 255; the result has the same shape and lies on
/// the same device. A tile's result does not depend on the others.
torch::Tensor prepare_input(const torch::Tensor& tiles, InputKind kind);

}  // namespace slidetype
