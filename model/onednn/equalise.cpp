#include "model/onednn/equalise.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace slidetype {
namespace {

/// One value of a weight tensor {outputs, inputs, kernel, kernel} after the other, with the indices of its channels.
template <class Visit>
void for_each(HostTensor& weight, Visit visit) {
    const auto inputs = static_cast<std::size_t>(weight.shape[1]);
    const auto area = static_cast<std::size_t>(weight.shape[2] * weight.shape[3]);
    for (std::size_t i = 0; i < weight.values.size(); ++i) {
        visit(i / area / inputs, i / area % inputs, weight.values[i]);
    }
}

void equalise(HostTensor& before, HostTensor& bias, HostTensor& after) {
    const auto channels = bias.values.size();
    std::vector<float> reach_before(channels), reach_after(channels), factor(channels, 1);
    for_each(before, [&](std::size_t output, std::size_t, float value) {
        reach_before[output] = std::max(reach_before[output], std::abs(value));
    });
    for_each(after, [&](std::size_t, std::size_t input, float value) {
        reach_after[input] = std::max(reach_after[input], std::abs(value));
    });
    for (std::size_t c = 0; c < channels; ++c) {
        if (reach_before[c] > 0 && reach_after[c] > 0) factor[c] = std::sqrt(reach_before[c] / reach_after[c]);
    }
    for_each(before, [&](std::size_t output, std::size_t, float& value) { value /= factor[output]; });
    for (std::size_t c = 0; c < channels; ++c) bias.values[c] /= factor[c];
    for_each(after, [&](std::size_t, std::size_t input, float& value) { value *= factor[input]; });
}

}  // namespace

Weights equalise_channels(Weights weights, const Architecture& architecture) {
    int convs = 0;
    for (const auto& layer : architecture.layers) {
        if (!std::holds_alternative<ConvLayer>(layer) || ++convs == 1) continue;
        const auto before = "conv" + std::to_string(convs - 1), now = "conv" + std::to_string(convs);
        equalise(weights.at(before + ".weight"), weights.at(before + ".bias"), weights.at(now + ".weight"));
    }
    return weights;
}

}  // namespace slidetype
