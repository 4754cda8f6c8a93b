// A value v >= 0 is held as the byte round(v / step), and a layer computes
//   (sum(byte · weight) + bias / (step_in · step_weight)) · step_in · step_weight [/ step_out],
// with a step of its own for the weights of each output channel; where oneDNN adds the bias after scaling, as
//   sum(byte · weight) · step_in · step_weight [/ step_out] + bias [/ step_out].
//
// The inputs come last in the integers, as they do in oneDNN's own formats: in a trial with oneDNN 3.7, weights
// {outputs, inputs, kernel, kernel} whose inputs do not fill a block were garbled, silently.
#include "model/onednn/integer_weights.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "model/onednn/descriptor.h"

namespace slidetype {
namespace {

/// Processors without VNNI add the products of two bytes and two weights in 16 bits, and cut off what does not fit:
/// those of neighbouring input channels. Bytes are not negative, so 255 · 128 fits, and the weights of one sign in such
/// a pair may come to 128; rounding takes up to 1 of it. Then all processors give the same sums.
constexpr float kLargestWeight = 127;

/// What a row of weights {inputs, kernel, kernel} reaches: the largest weight, or the weights of one sign in a pair of
/// neighbouring inputs where these come to more.
float reach(std::span<const float> row, std::size_t inputs) {
    const std::size_t area = row.size() / inputs;
    float most = 0;
    for (std::size_t input = 0; input < inputs; input += 2) {
        for (std::size_t i = input * area; i < (input + 1) * area; ++i) {
            const float one = row[i], other = input + 1 < inputs ? row[i + area] : 0;
            most = std::max(
                {most, std::max(one, 0.0F) + std::max(other, 0.0F), -std::min(one, 0.0F) - std::min(other, 0.0F)});
        }
    }
    return most;
}

}  // namespace

IntegerWeights to_integers(const HostTensor& weights, const std::vector<float>& bias, float step_in, int zero,
                           float step_out) {
    IntegerWeights out;
    const std::size_t channels = bias.size(), each = weights.values.size() / channels;
    const auto inputs = static_cast<std::size_t>(weights.shape[1]), area = each / inputs;
    out.weights.resize(weights.values.size());
    for (std::size_t o = 0; o < channels; ++o) {
        const auto row = std::span(weights.values).subspan(o * each, each);
        const float largest = std::max(1e-20F, reach(row, inputs));
        const float step = largest / kLargestWeight, scale = step_in * step / step_out;
        int sum = 0;
        for (std::size_t i = 0; i < each; ++i) {
            const auto weight = static_cast<std::int8_t>(std::nearbyint(row[i] / step));
            out.weights[o * each + i % area * inputs + i / area] = weight;
            sum += weight;
        }
        const auto zeros = static_cast<float>(zero * sum);
        out.bias.push_back(kBiasAfterScaling ? bias[o] / step_out - zeros * scale : bias[o] / (step_in * step) - zeros);
        out.scales.push_back(scale);
    }
    return out;
}

}  // namespace slidetype
