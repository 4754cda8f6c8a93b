#include "model/torch/network.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

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
        auto y = torch::conv2d(x, weights.at(name + ".weight"), bias ? weights.at(name + ".bias") : torch::Tensor(), 1,
                               layer.padding);
        if (layer.batch_norm && mode != Mode::folded) y = normalise(name, y);
        return torch::relu_(y);
    }

    torch::Tensor normalise(const std::string& name, const torch::Tensor& y) const {
        const auto& scale = weights.at(name + ".scale");
        const auto& shift = weights.at(name + ".shift");
        if (mode == Mode::running) {
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

    torch::Tensor dense(const DenseLayer& layer, const std::string& name, const torch::Tensor& x) const {
        auto y = torch::linear(x, weights.at(name + ".weight"), weights.at(name + ".bias"));
        return layer.relu ? torch::relu_(y) : y;
    }

    torch::Tensor run(const Architecture& architecture, const torch::Tensor& tiles) const {
        auto x = prepare_input(tiles, architecture.input).contiguous(torch::MemoryFormat::ChannelsLast);
        int convs = 0, denses = 0;
        for (const auto& layer : architecture.layers) {
            if (const auto* c = std::get_if<ConvLayer>(&layer)) {
                x = conv(*c, "conv" + std::to_string(++convs), x);
            } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layer)) {
                x = torch::max_pool2d(x, pool->size);
            } else if (std::holds_alternative<GlobalAveragePoolLayer>(layer)) {
                x = x.mean({2, 3});
            } else if (std::holds_alternative<FlattenLayer>(layer)) {
                x = x.contiguous().flatten(1);
            } else if (const auto* drop = std::get_if<DropoutLayer>(&layer)) {
                x = dropout(*drop, x);
            } else if (const auto* d = std::get_if<DenseLayer>(&layer)) {
                x = dense(*d, "dense" + std::to_string(++denses), x);
            }
        }
        return x.squeeze(1);
    }
};

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

TorchWeights initial_weights(const Architecture& architecture, std::uint64_t seed) {
    auto generator = at::detail::createCPUGenerator(seed);
    TorchWeights weights;
    for (const auto& spec : tensors_of(architecture)) {
        const bool last = spec.shape.size() == 2 && spec.shape[0] == 1;
        auto tensor = torch::zeros(spec.shape, torch::kFloat32);
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

torch::Tensor prepare_input(const torch::Tensor& tiles, InputKind kind) {
    if (kind == InputKind::unit) return tiles / 255.0;
    const auto density = ((tiles + 1.0) / 256.0).log().neg();
    const auto mean = density.mean({2, 3}, true);
    const auto var = (density - mean).square().mean({2, 3}, true);
    return (density - mean) / (var + kDensityVarianceFloor).sqrt();
}

torch::Tensor forward(const Architecture& architecture, const TorchWeights& weights, const torch::Tensor& tiles) {
    return Pass{weights, Mode::running}.run(architecture, tiles);
}

torch::Tensor forward_training(const Architecture& architecture, const TorchWeights& weights,
                               const torch::Tensor& tiles, BatchStatistics& statistics, std::uint64_t dropout_seed) {
    auto generator = at::detail::createCPUGenerator(dropout_seed);
    return Pass{weights, Mode::batch, &statistics, &generator}.run(architecture, tiles);
}

torch::Tensor forward_folded(const Architecture& architecture, const TorchWeights& weights,
                             const torch::Tensor& tiles) {
    return Pass{weights, Mode::folded}.run(architecture, tiles);
}

void compute_on_this_thread_alone() {
    thread_local const bool done = [] {
        at::set_num_threads(1);
        return true;
    }();
    (void)done;
}

}  // namespace slidetype
