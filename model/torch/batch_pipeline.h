#pragma once

#include <span>
#include <vector>

#include "model/torch/gradients.h"

namespace slidetype {

/// Computes batch after batch while the pictures of the next are read and varied. One object belongs to one thread; it
/// keeps references to what it is made from.
class BatchPipeline {
  public:
    BatchPipeline(const GradientPlan& plan, const Dataset& dataset, PictureSource& source, const TrainOptions& options,
                  torch::Device device)
        : plan_(plan), dataset_(dataset), source_(source), options_(options), device_(device) {}

    /// Reads the first batch of an epoch; nothing can be computed meanwhile.
    void begin(std::span<const std::size_t> members, int epoch);

    /// Sums over the batch that was read last, with the free weights; `next` is read beside it. Bit-identical on the
    /// CPU for any number of threads.
    GradientSums compute(const TorchWeights& weights, std::span<const std::size_t> next);

    /// How long computing stood still for want of pictures in this epoch.
    double waited_s() const { return waited_s_; }

  private:
    LoadedTiles load_shard(std::span<const std::size_t> members, std::size_t shard);
    GradientSums compute_shards(const TorchWeights& weights, std::span<const std::size_t> next,
                                std::vector<LoadedTiles>& following);
    GradientSums compute_whole(const TorchWeights& weights) const;

    const GradientPlan& plan_;
    const Dataset& dataset_;
    PictureSource& source_;
    const TrainOptions& options_;
    torch::Device device_;
    std::vector<LoadedTiles> loaded_;
    int epoch_ = 0;
    double waited_s_ = 0;
};

}  // namespace slidetype
