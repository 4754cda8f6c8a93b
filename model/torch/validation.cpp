#include "model/torch/validation.h"

#include <mutex>

#include "base/chunks.h"
#include "base/error.h"
#include "base/parallel.h"

namespace slidetype {
namespace {

constexpr std::size_t kTilesAtOnce = 16;

void append(std::vector<Scored>& all, const std::vector<Scored>& part) {
    all.insert(all.end(), part.begin(), part.end());
}

}  // namespace

Validation::Validation(const Dataset& dataset, std::span<const std::size_t> members, PictureSource& source,
                       const GradientPlan& plan, torch::Device device, int threads)
    : dataset_(dataset),
      members_(members),
      source_(source),
      plan_(plan),
      device_(device),
      threads_(device.is_cpu() ? threads : 1) {
    for (const auto& tile : dataset.tiles) group_numbers_.emplace(tile.group, group_numbers_.size());
}

void Validation::score(const TorchWeights& weights, int turns, EpochRecord& now,
                       const std::function<void(std::size_t, std::size_t)>& progress) {
    std::vector<EpochRecord> parts(chunk_count(members_.size(), kTilesAtOnce));
    const auto expanded = plan_.symmetry.expand(weights);
    std::mutex mutex;
    std::size_t done = 0;
    parallel_for(threads_, parts.size(), [&](std::size_t b) {
        const auto members = chunk(members_, kTilesAtOnce, b);
        score_batch(expanded, turns, members, parts[b]);
        const std::lock_guard lock(mutex);
        done += members.size();
        progress(done, members_.size());
    });
    for (const auto& part : parts) {
        append(now.validation, part.validation);
        append(now.gate_validation, part.gate_validation);
    }
    if (now.validation.empty()) {
        throw Error(ErrorCode::bad_data, "validation", "no picture of LUAD or LUSC can be read");
    }
}

void Validation::score_batch(const TorchWeights& weights, int turns, std::span<const std::size_t> members,
                             EpochRecord& out) {
    compute_on_this_thread_alone();
    const torch::NoGradGuard no_grad;
    const auto loaded = source_.plain(members);
    if (!loaded.tiles.defined()) return;
    const auto output = mean_over_turns(loaded.tiles.to(device_), turns, [&](const torch::Tensor& turned) {
        return forward(plan_.architecture, plan_.input, weights, turned);
    });
    const auto logits = output.logits.cpu();
    const auto gate = plan_.gate ? output.gate.cpu() : torch::Tensor();
    for (std::size_t i = 0; i < loaded.members.size(); ++i) {
        const auto& tile = dataset_.tiles[loaded.members[i]];
        const auto group = group_numbers_.at(tile.group);
        const auto row = static_cast<std::int64_t>(i);
        const bool benign = tile.label == kBenignLabel;
        if (!benign && !tile.gate_only)
            out.validation.push_back({logits[row].item<float>(), tile.label, group, loaded.members[i]});
        if (!plan_.gate) continue;
        out.gate_validation.push_back({gate[row].item<float>(), benign ? 0 : 1, group, loaded.members[i]});
    }
}

}  // namespace slidetype
