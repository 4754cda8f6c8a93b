// The batch is cut into shards of fixed size; each shard is read, varied, and run forward and backward on one thread
// with its own gradient buffers; gradients, losses and batch statistics are then summed in shard order, so the number
// of threads changes nothing but the time. (Batch normalisation thus sees shards: "ghost batches", Hoffer et al.,
// NeurIPS 2017.) On a GPU the batch is computed whole.
#include "model/torch/batch_pipeline.h"

#include <thread>

#include "base/chunks.h"
#include "base/parallel.h"
#include "base/stopwatch.h"

namespace slidetype {
namespace {

constexpr std::size_t kShard = 32;

}  // namespace

LoadedTiles BatchPipeline::load_shard(std::span<const std::size_t> members, std::size_t shard) {
    compute_on_this_thread_alone();
    return source_.varied(chunk(members, kShard, shard), options_.augmentation, options_.seed, epoch_);
}

void BatchPipeline::begin(std::span<const std::size_t> members, int epoch) {
    const auto start = Clock::now();
    epoch_ = epoch;
    loaded_ = std::vector<LoadedTiles>(chunk_count(members.size(), kShard));
    parallel_for(options_.threads, loaded_.size(), [&](std::size_t s) { loaded_[s] = load_shard(members, s); });
    waited_s_ = seconds_since(start);
}

GradientSums BatchPipeline::compute(const TorchWeights& weights, std::span<const std::size_t> next) {
    std::vector<LoadedTiles> following(chunk_count(next.size(), kShard));
    GradientSums sum;
    if (device_.is_cpu()) {
        sum = compute_shards(weights, next, following);
    } else {
        const auto task = [&](std::size_t s) { following[s] = load_shard(next, s); };
        std::jthread loader([&] { parallel_for(options_.threads, following.size(), task); });
        sum = compute_whole(weights);
        const auto start = Clock::now();
        loader.join();
        waited_s_ += seconds_since(start);
    }
    loaded_ = std::move(following);
    return sum;
}

GradientSums BatchPipeline::compute_shards(const TorchWeights& weights, std::span<const std::size_t> next,
                                           std::vector<LoadedTiles>& following) {
    std::vector<GradientSums> parts(loaded_.size());
    // Computing first: the cheap reading then fills the gap while the last shards are computed.
    parallel_for(options_.threads, loaded_.size() + following.size(), [&](std::size_t i) {
        compute_on_this_thread_alone();
        if (i >= loaded_.size()) {
            following[i - loaded_.size()] = load_shard(next, i - loaded_.size());
        } else if (loaded_[i].tiles.defined()) {
            parts[i] = gradients_of(plan_, weights, dataset_, loaded_[i], epoch_);
            loaded_[i].tiles.reset();
        }
    });
    GradientSums sum;
    for (const auto& part : parts) sum.add(part);
    return sum;
}

GradientSums BatchPipeline::compute_whole(const TorchWeights& weights) const {
    LoadedTiles all;
    std::vector<torch::Tensor> tiles;
    for (const auto& part : loaded_) {
        if (!part.tiles.defined()) continue;
        tiles.push_back(part.tiles);
        all.members.insert(all.members.end(), part.members.begin(), part.members.end());
        all.targets.insert(all.targets.end(), part.targets.begin(), part.targets.end());
    }
    if (tiles.empty()) return {};
    all.tiles = torch::cat(tiles);
    return gradients_of(plan_, weights, dataset_, all, epoch_);
}

}  // namespace slidetype
