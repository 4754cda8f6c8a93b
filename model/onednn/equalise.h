#pragma once

#include "model/network/architecture.h"
#include "model/network/weights.h"

namespace slidetype {

/// The same network with channels of like reach, which 8-bit integers hold better: where one channel of a convolution
/// reaches far and another does not, both are brought to the geometric mean of what the channel reaches on both sides,
/// by factors that the next convolution takes back (Nagel et al., "Data-Free Quantization Through Weight Equalization
/// and Bias Correction", ICCV 2019). ReLU and pooling let factors through; features stay as they are.
/// `weights` as fold_batch_norm() gives them.
Weights equalise_channels(Weights weights, const Architecture& architecture);

}  // namespace slidetype
