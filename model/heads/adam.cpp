#include "model/heads/adam.h"

#include <cmath>
#include <numbers>

namespace slidetype {

void adam_step(AdamState& state, std::span<float> weights, std::span<const float> gradient,
               const std::vector<bool>& decays, double rate, double decay) {
    constexpr float kFirst = 0.9F, kSecond = 0.999F, kEpsilon = 1e-8F;
    ++state.steps;
    const auto steps = static_cast<double>(state.steps);
    const auto first = static_cast<float>(1 / (1 - std::pow(double{kFirst}, steps)));
    const auto second = static_cast<float>(1 / (1 - std::pow(double{kSecond}, steps)));
    const auto step = static_cast<float>(rate), shrunk = static_cast<float>(1 - rate * decay);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        state.mean[i] = kFirst * state.mean[i] + (1 - kFirst) * gradient[i];
        state.square[i] = kSecond * state.square[i] + (1 - kSecond) * gradient[i] * gradient[i];
        const float weight = decays[i] ? weights[i] * shrunk : weights[i];
        weights[i] = weight - step * state.mean[i] * first / (std::sqrt(state.square[i] * second) + kEpsilon);
    }
}

double one_cycle(double top, std::size_t step, std::size_t steps) {
    const double place = (static_cast<double>(step) + 0.5) / static_cast<double>(steps);
    constexpr double kRise = 0.25;
    if (place < kRise) return top * place / kRise;
    return top * 0.5 * (1 + std::cos(std::numbers::pi * (place - kRise) / (1 - kRise)));
}

}  // namespace slidetype
