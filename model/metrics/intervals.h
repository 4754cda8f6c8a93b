#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "base/random.h"
#include "model/metrics/metrics.h"

namespace slidetype {

/// What a figure is that cannot be had.
inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// The 2.5 and 97.5 percentiles of the values that are numbers; NaN where there is none.
std::array<double, 2> percentile_interval(std::vector<double> values);

/// 95 % interval of a share by Wilson's score (1927), `count` being above nought.
std::array<double, 2> wilson_interval(double share, std::size_t count);

/// A bootstrap of cases that are all right, or all wrong, has no width, as if that were certain. Then Wilson's interval
/// for a share of so many independent cases takes its place.
void widen_share(Estimate& share, std::size_t independent);

/// The same for a figure that is no share: one that was the same in every round has no interval.
void drop_certainty(Estimate& figure);

/// Numbers the groups from 0 in the order in which they come, and says how many there are.
std::size_t number_groups(std::vector<std::size_t>& group_of_item);

/// Rounds of a bootstrap over groups: each draws as many groups as there are, with replacement, and an item weighs as
/// many times as its group was drawn. Deterministic.
class GroupDraws {
  public:
    GroupDraws(std::span<const std::size_t> group_of_item, std::uint64_t seed);
    std::size_t groups() const { return drawn_.size(); }
    /// One weight per item, valid until the next call.
    std::span<const double> next();

  private:
    std::vector<std::size_t> group_;
    std::vector<double> drawn_, weights_;
    Random random_;
};

/// Figures of items that count by weights (one per item, none below nought), written to `out`; NaN where undefined.
using WeightedFigures = std::function<void(std::span<const double> weights, std::span<double> out)>;

/// `count` figures with their intervals by groups, percentile method. An interval is NaN where all items are of one
/// group, where `rounds` is 0, and where more than one round in twenty leaves the figure undefined.
std::vector<Estimate> bootstrap(std::span<const std::size_t> group_of_item, std::size_t count,
                                const WeightedFigures& figures, int rounds, std::uint64_t seed);

}  // namespace slidetype
