#include "model/torch/gradients.h"

#include <ATen/autocast_mode.h>

#include <algorithm>

#include "base/random.h"

namespace slidetype {
namespace {

constexpr std::uint64_t kDropoutStream = std::uint64_t{3} << 56;
/// How much the gate's loss counts beside that of LUAD against LUSC.
constexpr double kGateShare = 0.5;

/// bfloat16 where that pays and is safe (Micikevicius et al., ICLR 2018); its range needs no loss scaling.
class MixedPrecision {
  public:
    explicit MixedPrecision(bool on) : on_(on) {
        if (!on_) return;
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
        at::autocast::set_autocast_dtype(at::kCUDA, at::kBFloat16);
        at::autocast::set_autocast_enabled(at::kCUDA, true);
#else
        at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
        at::autocast::set_enabled(true);
#endif
    }
    ~MixedPrecision() {
        if (!on_) return;
        at::autocast::clear_cache();
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
        at::autocast::set_autocast_enabled(at::kCUDA, false);
#else
        at::autocast::set_enabled(false);
#endif
    }
    MixedPrecision(const MixedPrecision&) = delete;
    MixedPrecision& operator=(const MixedPrecision&) = delete;

  private:
    bool on_;
};

struct Targets {
    torch::Tensor lusc, weight, tumour, gate_weight;
};

Targets targets_of(const GradientPlan& plan, const Dataset& dataset, const LoadedTiles& loaded) {
    std::vector<float> lusc, weight, tumour, gate_weight;
    for (std::size_t i = 0; i < loaded.members.size(); ++i) {
        const auto& tile = dataset.tiles[loaded.members[i]];
        const bool benign = tile.label == kBenignLabel, no_subtype = benign || tile.gate_only;
        lusc.push_back(loaded.targets[i].lusc);
        weight.push_back(no_subtype ? 0.0F
                                    : static_cast<float>(plan.class_weight[static_cast<std::size_t>(tile.label)]));
        tumour.push_back(loaded.targets[i].tumour);
        gate_weight.push_back(static_cast<float>(plan.gate_weight[tile.gate_only ? 1 : 0][benign ? 0 : 1]));
    }
    return {torch::tensor(lusc), torch::tensor(weight), torch::tensor(tumour), torch::tensor(gate_weight)};
}

torch::Tensor smoothed(const torch::Tensor& labels, double smoothing) {
    return labels * (1 - smoothing) + smoothing / 2;
}

torch::Tensor cross_entropy(const torch::Tensor& logits, const torch::Tensor& labels, const torch::Tensor& weight,
                            double smoothing) {
    return torch::binary_cross_entropy_with_logits(logits.to(torch::kFloat32), smoothed(labels, smoothing), weight, {},
                                                   at::Reduction::Sum);
}

}  // namespace

void GradientSums::add(const GradientSums& other) {
    if (other.count == 0) return;
    loss += other.loss, weight += other.weight, right += other.right, tumour += other.tumour, count += other.count;
    if (gradients.empty()) {
        gradients = other.gradients;
        statistics = other.statistics;
        return;
    }
    for (std::size_t i = 0; i < gradients.size(); ++i) gradients[i] += other.gradients[i];
    for (auto& [name, pair] : statistics) {
        const double share = static_cast<double>(other.count) / static_cast<double>(count);
        const auto& [mean, var] = other.statistics.at(name);
        pair.first = pair.first.lerp(mean, share);
        pair.second = pair.second.lerp(var, share);
    }
}

void balance(GradientPlan& plan, const Dataset& dataset, std::span<const std::size_t> train) {
    std::array<std::array<double, 3>, 2> counts{};  // pictures that teach all, and the gate alone
    for (const auto member : train) {
        const auto& tile = dataset.tiles[member];
        ++counts[tile.gate_only ? 1 : 0][static_cast<std::size_t>(tile.label)];
    }
    const double subtypes = counts[0][0] + counts[0][1];
    for (std::size_t label = 0; label < 2; ++label) {
        if (counts[0][label] > 0) plan.class_weight[label] = subtypes / (2 * counts[0][label]);
    }
    // Few pictures that teach the gate alone show what the many others do not, so they count for as much.
    double all = 0, parts = 0;
    for (const auto& each : counts) {
        for (const double count : {each[2], each[0] + each[1]}) all += count, parts += count > 0 ? 1 : 0;
    }
    const bool both = counts[0][2] + counts[1][2] > 0 && subtypes + counts[1][0] > 0;
    for (std::size_t part = 0; both && part < counts.size(); ++part) {
        const auto weight_of = [&](double count) { return count > 0 ? all / (parts * count) : 0.0; };
        plan.gate_weight[part] = {weight_of(counts[part][2]), weight_of(counts[part][0] + counts[part][1])};
    }
}

GradientSums gradients_of(const GradientPlan& plan, const TorchWeights& weights, const Dataset& dataset,
                          const LoadedTiles& loaded, int epoch) {
    const auto device = weights.begin()->second.device();
    // Views of the shared weights with gradients of their own, so that shards can run side by side.
    TorchWeights mine = weights;
    for (const auto& name : plan.trainable) mine[name] = weights.at(name).detach().requires_grad_(true);
    const auto dropout_seed =
        Random::mix(plan.seed ^ kDropoutStream ^ (static_cast<std::uint64_t>(epoch) << 32)) ^ loaded.members.front();

    GradientSums sums;
    NetworkOutput output;
    {
        const MixedPrecision mixed(!device.is_cpu());
        output = forward_training(plan.architecture, plan.input, plan.symmetry.expand(mine), loaded.tiles.to(device),
                                  plan.batch_statistics ? &sums.statistics : nullptr, dropout_seed);
    }
    const auto targets = targets_of(plan, dataset, loaded);
    const auto weight = targets.weight.to(device), lusc = targets.lusc.to(device);
    const auto subtype_loss = cross_entropy(output.logits, lusc, weight, plan.label_smoothing);
    auto loss = subtype_loss;
    if (plan.gate) {
        loss = loss + kGateShare * cross_entropy(output.gate, targets.tumour.to(device), targets.gate_weight.to(device),
                                                 plan.label_smoothing);
    }
    loss.backward();
    for (const auto& name : plan.trainable) {
        const auto& gradient = mine.at(name).grad();
        sums.gradients.push_back(gradient.defined() ? gradient : torch::zeros_like(mine.at(name)));
    }
    sums.loss = subtype_loss.item<double>();
    sums.weight = weight.sum().item<double>();
    const auto right = ((output.logits > 0) == (lusc > 0.5)).logical_and(weight > 0);
    sums.right = static_cast<std::size_t>(right.sum().item<std::int64_t>());
    sums.tumour = static_cast<std::size_t>((weight > 0).sum().item<std::int64_t>());
    sums.count = loaded.members.size();
    return sums;
}

}  // namespace slidetype
