#pragma once

#include <cstdint>
#include <vector>

#include "model/network/weights.h"

namespace slidetype {

/// Of one layer: what a convolution of bytes with 8-bit integers takes.
struct IntegerWeights {
    std::vector<std::int8_t> weights;  ///< {outputs, kernel, kernel, inputs}
    std::vector<float> bias, scales;   ///< per output; sums are multiplied with the scales
};

/// Weights {outputs, inputs, kernel, kernel} and bias as integers. `step_in` and `zero`: those of the bytes that enter
/// (a value v as round(v / step_in) + zero); what the zero adds to the sums is taken from the bias. `step_out`: that of
/// the bytes that come out, 1 for floats.
IntegerWeights to_integers(const HostTensor& weights, const std::vector<float>& bias, float step_in, int zero,
                           float step_out);

}  // namespace slidetype
