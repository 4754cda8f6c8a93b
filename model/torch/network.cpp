#include "model/torch/network.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "model/torch/input.h"
#include "model/torch/symmetry.h"

namespace slidetype {
namespace {

enum class Mode { running, batch, folded };

struct Pass {
    const TorchWeights& weights;
    Mode mode;
    BatchStatistics* statistics = nullptr;
    at::Generator* generator = nullptr;

    torch::Tensor conv(const ConvLayer& layer, const std::string& name, const torch::Tensor& x) const {
        const bool bias = mode == Mode::folded || !layer.batch_norm;
        auto y = torch::conv2d(x, weights.at(name + ".weight"), bias ? weights.at(name + ".bias") : torch::Tensor(),
                               layer.stride, layer.padding);
        return layer.batch_norm && mode != Mode::folded ? normalise(name, y) : y;
    }

    torch::Tensor normalise(const std::string& name, const torch::Tensor& y) const {
        const auto& scale = weights.at(name + ".scale");
        const auto& shift = weights.at(name + ".shift");
        if (statistics == nullptr) {
            return torch::batch_norm(y, scale, shift, weights.at(name + ".running_mean"),
                                     weights.at(name + ".running_var"), false, 0, kBatchNormEpsilon, false);
        }
        // Own buffers, because shards run at the same time: with momentum 1 they receive the batch's statistics.
        auto mean = torch::zeros_like(scale).detach(), var = torch::ones_like(scale).detach();
        auto out = torch::batch_norm(y, scale, shift, mean, var, true, 1, kBatchNormEpsilon, false);
        (*statistics)[name] = {mean, var};
        return out;
    }

    torch::Tensor dropout(const DropoutLayer& layer, const torch::Tensor& x) const {
        if (mode != Mode::batch) return x;
        const double keep = 1 - layer.rate;
        const auto mask = torch::empty_like(x).bernoulli_(keep, *generator);
        return x * mask / keep;
    }

    /// Inference on a GPU: convolutions and dense layers may hold weights of different precision.
    torch::Tensor in_precision_of(const std::string& name, const torch::Tensor& x) const {
        return mode == Mode::folded ? x.to(weights.at(name + ".weight").scalar_type()) : x;
    }

    torch::Tensor dense(const DenseLayer& layer, const std::string& name, const torch::Tensor& x) const {
        auto y = torch::linear(x, weights.at(name + ".weight"), weights.at(name + ".bias"));
        return layer.relu ? torch::relu_(y) : y;
    }

    NetworkOutput run(const Architecture& architecture, InputKind input, const torch::Tensor& tiles) const {
        auto x = prepare_input(tiles, input).contiguous(torch::MemoryFormat::ChannelsLast);
        torch::Tensor features;
        int convs = 0, denses = 0;
        // Set between a convolution and its ReLU. Maximum and ReLU commute, and after pooling there is less to do.
        bool relu_due = false;
        for (const auto& layer : architecture.layers) {
            const auto* pool = std::get_if<MaxPoolLayer>(&layer);
            if (pool != nullptr) x = torch::max_pool2d(x, pool->size);
            if (std::exchange(relu_due, false)) x = torch::relu_(x);
            if (const auto* c = std::get_if<ConvLayer>(&layer)) {
                const auto name = "conv" + std::to_string(++convs);
                x = conv(*c, name, in_precision_of(name, x));
                relu_due = true;
            } else if (std::holds_alternative<GlobalAveragePoolLayer>(layer)) {
                x = x.mean({2, 3});
            } else if (std::holds_alternative<FlattenLayer>(layer)) {
                x = x.contiguous().flatten(1);
            } else if (const auto* drop = std::get_if<DropoutLayer>(&layer)) {
                x = dropout(*drop, x);
            } else if (const auto* d = std::get_if<DenseLayer>(&layer)) {
                const auto name = "dense" + std::to_string(++denses);
                features = in_precision_of(name, x);
                x = dense(*d, name, features);
            }
        }
        NetworkOutput out{x.squeeze(1), {}, features};
        if (weights.contains("gate.weight")) {
            out.gate = torch::linear(features, weights.at("gate.weight"), weights.at("gate.bias")).squeeze(1);
        }
        return out;
    }
};

/// Dropout masks: the default generator of a GPU cannot be seeded per call without touching global state, so a fresh
/// one is cloned from it.
at::Generator make_generator(const torch::Device& device, std::uint64_t seed) {
    if (device.is_cpu()) return at::detail::createCPUGenerator(seed);
    auto generator = at::globalContext().defaultGenerator(device).clone();
    generator.set_current_seed(seed);
    return generator;
}

}  // namespace

TorchWeights to_torch(const Weights& weights) {
    TorchWeights out;
    for (const auto& [name, tensor] : weights) {
        auto values = torch::empty(tensor.shape, torch::kFloat32);
        std::copy(tensor.values.begin(), tensor.values.end(), values.data_ptr<float>());
        out[name] = tensor.shape.size() == 4 ? values.contiguous(torch::MemoryFormat::ChannelsLast) : values;
    }
    return out;
}

Weights from_torch(const TorchWeights& weights) {
    Weights out;
    for (const auto& [name, tensor] : weights) {
        const auto values = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
        const float* data = values.data_ptr<float>();
        out[name] = {tensor.sizes().vec(), std::vector<float>(data, data + values.numel())};
    }
    return out;
}

TorchWeights initial_weights(const Architecture& architecture, const Symmetry& symmetry, bool gate,
                             std::uint64_t seed) {
    auto generator = at::detail::createCPUGenerator(seed);
    TorchWeights weights;
    auto specs = tensors_of(architecture);
    if (gate) std::ranges::move(gate_tensors_of(architecture), std::back_inserter(specs));
    for (const auto& spec : specs) {
        const bool last = spec.shape.size() == 2 && spec.shape[0] == 1;
        auto tensor = torch::zeros(symmetry.free_shape(spec), torch::kFloat32);
        if (spec.shape.size() > 1) {
            const double fan_in = static_cast<double>(spec.elements()) / static_cast<double>(spec.shape[0]);
            tensor.normal_(0, std::sqrt((last ? 1.0 : 2.0) / fan_in), generator);
        } else if (spec.name.ends_with(".scale") || spec.name.ends_with(".running_var")) {
            tensor.fill_(1);
        }
        weights[spec.name] = spec.shape.size() == 4 ? tensor.contiguous(torch::MemoryFormat::ChannelsLast) : tensor;
    }
    return weights;
}

NetworkOutput forward(const Architecture& architecture, InputKind input, const TorchWeights& weights,
                      const torch::Tensor& tiles) {
    return Pass{weights, Mode::running}.run(architecture, input, tiles);
}

NetworkOutput forward_training(const Architecture& architecture, InputKind input, const TorchWeights& weights,
                               const torch::Tensor& tiles, BatchStatistics* statistics, std::uint64_t dropout_seed) {
    auto generator = make_generator(tiles.device(), dropout_seed);
    return Pass{weights, Mode::batch, statistics, &generator}.run(architecture, input, tiles);
}

NetworkOutput forward_folded(const Architecture& architecture, InputKind input, const TorchWeights& weights,
                             const torch::Tensor& tiles) {
    return Pass{weights, Mode::folded}.run(architecture, input, tiles);
}

NetworkOutput mean_over_turns(const torch::Tensor& tiles, int turns,
                              const std::function<NetworkOutput(const torch::Tensor&)>& pass) {
    auto mean = pass(tiles);
    for (int turn = 1; turn < turns; ++turn) {
        const auto one = pass(torch::rot90(turn >= 4 ? tiles.flip({3}) : tiles, turn % 4, {2, 3}));
        mean.logits = mean.logits + one.logits;
        mean.features = mean.features + one.features;
        if (mean.gate.defined()) mean.gate = mean.gate + one.gate;
    }
    mean.logits = mean.logits / turns;
    mean.features = mean.features / turns;
    if (mean.gate.defined()) mean.gate = mean.gate / turns;
    return mean;
}

void compute_on_this_thread_alone() {
    thread_local const bool done = [] {
        at::set_num_threads(1);
        return true;
    }();
    (void)done;
}

}  // namespace slidetype
