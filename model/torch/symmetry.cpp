#include "model/torch/symmetry.h"

#include <array>

#include "base/error.h"

namespace slidetype {
namespace {

/// A turn by right angles, after a reflection if `mirrored`, on coordinates around the centre of a square.
struct Turn {
    int quarters = 0;
    bool mirrored = false;

    static Turn numbered(int number) { return {number % 4, number >= 4}; }
    int number() const { return quarters + (mirrored ? 4 : 0); }

    std::array<int, 2> operator()(std::array<int, 2> at) const {
        if (mirrored) at[0] = -at[0];
        for (int i = 0; i < quarters; ++i) at = {-at[1], at[0]};
        return at;
    }
    Turn inverse() const { return mirrored ? *this : Turn{(4 - quarters) % 4, false}; }
    /// First `before`, then this.
    Turn after(const Turn& before) const {
        const int turned = mirrored ? 4 - before.quarters : before.quarters;
        return {(quarters + turned) % 4, mirrored != before.mirrored};
    }
};

}  // namespace

Symmetry::Symmetry(const Architecture& architecture, int order) : order_(order) {
    if (order == 1) return;
    const auto shapes = layer_shapes(architecture);
    int convs = 0, denses = 0;
    for (std::size_t i = 0; i < architecture.layers.size(); ++i) {
        const auto& layer = architecture.layers[i];
        if (const auto* conv = std::get_if<ConvLayer>(&layer)) {
            const auto name = "conv" + std::to_string(++convs);
            const bool first = convs == 1;
            if ((order != 4 && order != 8) || conv->outputs % order != 0 || (!first && conv->inputs % order != 0)) {
                throw Error(ErrorCode::usage, "--symmetry", "does not fit the channels of " + architecture.name);
            }
            const int edge = i == 0 ? architecture.patch_size_px : shapes[i - 1][1];
            if ((edge + 2 * conv->padding - conv->kernel) % conv->stride != 0) {
                throw Error(ErrorCode::usage, "--symmetry", name + " of " + architecture.name + " is off centre");
            }
            tie_conv(*conv, name, first);
        } else if (std::holds_alternative<DenseLayer>(layer) && ++denses > 1) {
            throw Error(ErrorCode::usage, "--symmetry", architecture.name + " has more than one dense layer");
        }
    }
    const auto features = static_cast<std::int64_t>(feature_count(architecture));
    tie_vector("dense1.weight", features, {1, features});
    tie_vector("gate.weight", features, {1, features});
}

void Symmetry::tie_vector(const std::string& name, std::int64_t channels, std::vector<std::int64_t> shape) {
    const auto source = torch::arange(channels, torch::kInt64).div(order_, "floor");
    auto free = shape;
    free.back() = channels / order_;
    ties_[name] = {std::move(shape), std::move(free), source};
}

/// Output field o in turn g sees input field i in turn h through the filter of g⁻¹h, turned by g.
void Symmetry::tie_conv(const ConvLayer& layer, const std::string& name, bool first) {
    const int k = layer.kernel, fields_in = first ? layer.inputs : layer.inputs / order_, turns_in = first ? 1 : order_;
    Tie tie{{layer.outputs, layer.inputs, k, k}, {layer.outputs / order_, layer.inputs, k, k}, {}};
    std::vector<std::int64_t> source;
    source.reserve(static_cast<std::size_t>(layer.outputs) * static_cast<std::size_t>(layer.inputs * k * k));
    for (int output = 0; output < layer.outputs; ++output) {
        const int field = output / order_;
        const auto back = Turn::numbered(output % order_).inverse();
        for (int input = 0; input < layer.inputs; ++input) {
            const int from = input / turns_in;
            const int turn = first ? 0 : back.after(Turn::numbered(input % turns_in)).number();
            for (int y = 0; y < k; ++y) {
                for (int x = 0; x < k; ++x) {
                    // Twice the coordinates around the centre, so that even kernels work too.
                    const auto at = back({2 * x - (k - 1), 2 * y - (k - 1)});
                    const int fx = (at[0] + k - 1) / 2, fy = (at[1] + k - 1) / 2;
                    source.push_back(((std::int64_t{field} * fields_in + from) * turns_in + turn) * k * k + fy * k +
                                     fx);
                }
            }
        }
    }
    tie.source = torch::tensor(source, torch::kInt64);
    ties_[name + ".weight"] = std::move(tie);
    for (const char* vector : {".bias", ".scale", ".shift", ".running_mean", ".running_var"}) {
        tie_vector(name + vector, layer.outputs, {layer.outputs});
    }
}

std::vector<std::int64_t> Symmetry::free_shape(const TensorSpec& spec) const {
    const auto found = ties_.find(spec.name);
    return found == ties_.end() ? spec.shape : found->second.free_shape;
}

TorchWeights Symmetry::expand(const TorchWeights& free) const {
    TorchWeights full;
    for (const auto& [name, tensor] : free) {
        const auto found = ties_.find(name);
        if (found == ties_.end()) {
            full[name] = tensor;
            continue;
        }
        const auto& tie = found->second;
        auto values = tensor.contiguous().flatten().index_select(0, tie.source.to(tensor.device())).reshape(tie.shape);
        full[name] = values.dim() == 4 ? values.contiguous(torch::MemoryFormat::ChannelsLast) : values;
    }
    return full;
}

torch::Tensor Symmetry::reduce(const std::string& name, const torch::Tensor& full) const {
    const auto found = ties_.find(name);
    if (found == ties_.end()) return full;
    const auto& tie = found->second;
    const auto source = tie.source.to(full.device());
    const auto values = full.detach().contiguous().flatten();
    std::int64_t count = 1;
    for (const auto edge : tie.free_shape) count *= edge;
    // Every free element appears equally often.
    const double share = static_cast<double>(count) / static_cast<double>(values.numel());
    const auto sums = torch::zeros({count}, values.options()).index_add_(0, source, values);
    return (sums * share).reshape(tie.free_shape);
}

TorchWeights Symmetry::reduce(const TorchWeights& full) const {
    TorchWeights free;
    for (const auto& [name, tensor] : full) free[name] = reduce(name, tensor);
    return free;
}

}  // namespace slidetype
