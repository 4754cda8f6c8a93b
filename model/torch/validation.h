#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>

#include "model/torch/checkpoint.h"
#include "model/torch/gradients.h"
#include "model/torch/picture_source.h"

namespace slidetype {

/// Scores the pictures that do not train, as they are.
class Validation {
  public:
    /// Holds references, for a lifetime within theirs. `threads`: on the CPU; a GPU takes one.
    Validation(const Dataset& dataset, std::span<const std::size_t> members, PictureSource& source,
               const GradientPlan& plan, torch::Device device, int threads);

    /// Fills `now.validation` and `now.gate_validation`, in the order of the members whatever the number of threads.
    /// `weights`: the free ones (see symmetry.h); `turns`: see turns.h. `progress(done, total)` is called by one thread
    /// at a time. Throws Error(bad_data) where no picture of LUAD or LUSC can be read.
    void score(const TorchWeights& weights, int turns, EpochRecord& now,
               const std::function<void(std::size_t, std::size_t)>& progress);

  private:
    void score_batch(const TorchWeights& weights, int turns, std::span<const std::size_t> members, EpochRecord& out);

    const Dataset& dataset_;
    std::span<const std::size_t> members_;
    PictureSource& source_;
    const GradientPlan& plan_;
    torch::Device device_;
    int threads_;
    std::map<std::string, std::size_t> group_numbers_;
};

}  // namespace slidetype
