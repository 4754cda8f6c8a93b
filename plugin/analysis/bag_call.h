#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "model/bags/bag.h"
#include "model/network/heads_config.h"
#include "model/scoring/aggregator.h"
#include "plugin/analysis/slide_result.h"

namespace slidetype {

/// The features of a slide while it is scored, for a model that makes its call of the whole bag. They are kept as
/// halves, as in feature files, so that a call is the same whether it is made of a slide or of its file.
class SlideBag {
  public:
    explicit SlideBag(std::size_t dimension) { bag_.dimension = dimension; }
    void append(const TileGrid& grid, std::span<const std::size_t> tiles, std::span<const float> features);
    const Bag& bag() const { return bag_; }
    /// The tile of the grid of each of the bag.
    std::span<const std::size_t> tiles() const { return tiles_; }

  private:
    Bag bag_;
    std::vector<std::size_t> tiles_;
};

/// The rule by which heads call a slide, or a patient: LUAD or LUSC where all heads are on one side of one half, else
/// indeterminate, or by the thresholds of a stated error where the model has them; insufficient where less tissue was
/// scored than a call needs. The areas of `call` must be known; what is of the tiles' votes goes.
void judge_opinion(SlideCall& call, const BagOpinion& opinion, const CallThresholds& limits,
                   const std::optional<StatedError>& stated);

/// Makes the call of a slide by what the heads say of its bag (judge_opinion), in place of its tiles' votes, and fills
/// in attention_percentile. A slide of which no tile was scored stays as it is.
void call_bag(SlideResult& result, const SlideBag& bag, const Aggregator& aggregator,
              const std::optional<StatedError>& stated, int threads);

}  // namespace slidetype
