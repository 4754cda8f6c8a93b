#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace slidetype {

/// AdamW (Loshchilov and Hutter, ICLR 2019) with the usual 0.9, 0.999 and 1e-8.
struct AdamState {
    std::vector<float> mean, square;
    std::int64_t steps = 0;
    explicit AdamState(std::size_t size) : mean(size, 0.0F), square(size, 0.0F) {}
};

/// One step. Weights of which `decays` is set shrink by rate × decay, too.
void adam_step(AdamState& state, std::span<float> weights, std::span<const float> gradient,
               const std::vector<bool>& decays, double rate, double decay);

/// The rate of a step of one cycle: a linear rise over a quarter of the steps, then a cosine to 0.
double one_cycle(double top, std::size_t step, std::size_t steps);

}  // namespace slidetype
