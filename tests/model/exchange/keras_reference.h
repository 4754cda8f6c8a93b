#pragma once

#include <cstdint>
#include <span>

#include "tests/model/exchange/keras_files.h"

namespace slidetype::testing {

/// The network of the notebook with weights drawn at random, as Keras' he_normal draws them.
KerasTensors random_notebook_tensors(unsigned seed);

/// What Keras' `predict` gives for one picture of 256 × 256 pixels (RGB, 8 bit, rows from the top) that its generator
/// divided by 255: the sigmoid of the last layer. Computed in doubles by the definitions of the layers, in Keras' own
/// order of axes; it shares no code with what it is there to check.
double keras_prediction(const KerasTensors& tensors, std::span<const std::uint8_t> rgb);

}  // namespace slidetype::testing
