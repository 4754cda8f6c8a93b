#include "model/network/weights.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/error.h"

namespace slidetype {
namespace {

std::string shape_text(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (const auto edge : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(edge);
    return text + "]";
}

}  // namespace

void check_weights(const Weights& weights, const Architecture& architecture, const std::string& source) {
    auto specs = tensors_of(architecture);
    if (has_gate(weights)) std::ranges::move(gate_tensors_of(architecture), std::back_inserter(specs));
    for (const auto& spec : specs) {
        const auto found = weights.find(spec.name);
        if (found == weights.end()) {
            throw Error(ErrorCode::bad_model, source,
                        "tensor " + spec.name + " of architecture " + architecture.name + " is missing");
        }
        if (found->second.shape != spec.shape) {
            throw Error(ErrorCode::bad_model, source,
                        "tensor " + spec.name + " has shape " + shape_text(found->second.shape) + " where " +
                            architecture.name + " needs " + shape_text(spec.shape));
        }
    }
    if (weights.size() != specs.size()) {
        throw Error(ErrorCode::bad_model, source,
                    "holds " + std::to_string(weights.size()) + " tensors where " + architecture.name + " has " +
                        std::to_string(specs.size()));
    }
}

bool has_gate(const Weights& weights) {
    return weights.contains("gate.weight") || weights.contains("gate.bias");
}

Weights fold_batch_norm(const Weights& weights, const Architecture& architecture) {
    Weights folded;
    int convs = 0, denses = 0;
    for (const auto& layer : architecture.layers) {
        if (std::holds_alternative<DenseLayer>(layer)) {
            const auto name = "dense" + std::to_string(++denses);
            folded[name + ".weight"] = weights.at(name + ".weight");
            folded[name + ".bias"] = weights.at(name + ".bias");
        }
        const auto* conv = std::get_if<ConvLayer>(&layer);
        if (conv == nullptr) continue;
        const auto name = "conv" + std::to_string(++convs);
        HostTensor weight = weights.at(name + ".weight");
        const auto outputs = static_cast<std::size_t>(conv->outputs);
        HostTensor bias{{conv->outputs}, std::vector<float>(outputs)};
        if (conv->batch_norm) {
            const auto& scale = weights.at(name + ".scale").values;
            const auto& shift = weights.at(name + ".shift").values;
            const auto& mean = weights.at(name + ".running_mean").values;
            const auto& var = weights.at(name + ".running_var").values;
            const std::size_t per_output = weight.values.size() / outputs;
            for (std::size_t o = 0; o < outputs; ++o) {
                const double factor = scale[o] / std::sqrt(double{var[o]} + kBatchNormEpsilon);
                for (std::size_t i = o * per_output; i < (o + 1) * per_output; ++i) {
                    weight.values[i] = static_cast<float>(weight.values[i] * factor);
                }
                bias.values[o] = static_cast<float>(shift[o] - mean[o] * factor);
            }
        } else {
            bias = weights.at(name + ".bias");
        }
        folded[name + ".weight"] = std::move(weight);
        folded[name + ".bias"] = std::move(bias);
    }
    if (has_gate(weights)) {
        for (const auto& spec : gate_tensors_of(architecture)) folded[spec.name] = weights.at(spec.name);
    }
    return folded;
}

}  // namespace slidetype
