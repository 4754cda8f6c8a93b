#include "plugin/analysis/slide_vote.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "base/random.h"

namespace slidetype {
namespace {

/// Blocks in the order of their place, so that the order does not hang on a hash function.
std::vector<VoteSums> blocks_of(std::span<const CallTile> tiles, int edge) {
    std::map<std::pair<int, int>, VoteSums> blocks;
    for (const CallTile& tile : tiles) blocks[{tile.row / edge, tile.column / edge}].add(tile);
    std::vector<VoteSums> list;
    list.reserve(blocks.size());
    for (const auto& [place, block] : blocks) {
        if (block.weight > 0) list.push_back(block);
    }
    return list;
}

VoteSums sum_of(const std::vector<VoteSums>& blocks) {
    VoteSums all;
    for (const auto& block : blocks) all.add(block);
    return all;
}

/// A block of LUAD and one of LUSC that nobody has seen, of half the mean size, with as much border as the others.
std::vector<VoteSums> with_unseen_blocks(std::vector<VoteSums> blocks, const VoteSums& all) {
    const double weight = 0.5 * all.weight / static_cast<double>(blocks.size());
    const double border = weight * all.border / all.weight;
    blocks.push_back({weight, 0, border});
    blocks.push_back({weight, weight, border});
    return blocks;
}

/// The mean where deviations add up: before the sigmoid.
double linear_vote(const VoteSums& sums, const std::optional<VoteCalibration>& calibration) {
    const double mean = sums.prob_lusc / sums.weight;
    if (!calibration) return mean;
    return calibration->intercept + calibration->slope * mean + calibration->border * sums.border / sums.weight;
}

double probability_of(double linear, const std::optional<VoteCalibration>& calibration) {
    return calibration ? 1 / (1 + std::exp(-linear)) : std::clamp(linear, 0.0, 1.0);
}

/// The quantile of sorted values, linear between neighbours.
double quantile(const std::vector<double>& sorted, double q) {
    const double place = q * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::array<double, 2> bootstrap_interval(const std::vector<VoteSums>& seen, const CallOptions& options) {
    const auto& calibration = options.thresholds.vote;
    const VoteSums all = sum_of(seen);
    const auto blocks = with_unseen_blocks(seen, all);
    Random random(options.seed);
    const auto n = static_cast<double>(blocks.size());
    const double widening = std::sqrt(n / (n - 1));
    const double center = linear_vote(sum_of(blocks), calibration);
    std::vector<double> votes(static_cast<std::size_t>(options.bootstrap_rounds));
    for (double& value : votes) {
        VoteSums drawn;
        for (std::size_t k = 0; k < blocks.size(); ++k) drawn.add(blocks[random.below_by_integers(blocks.size())]);
        value = center + widening * (linear_vote(drawn, calibration) - center);
    }
    std::sort(votes.begin(), votes.end());
    const double vote = linear_vote(all, calibration);
    return {probability_of(std::min(quantile(votes, 0.025), vote), calibration),
            probability_of(std::max(quantile(votes, 0.975), vote), calibration)};
}

}  // namespace

double slide_probability(double mean_prob_lusc, double border_share,
                         const std::optional<VoteCalibration>& calibration) {
    return probability_of(linear_vote({1, mean_prob_lusc, border_share}, calibration), calibration);
}

std::optional<SlideVote> count_votes(std::span<const CallTile> tiles, const CallOptions& options) {
    const auto blocks = blocks_of(tiles, std::max(options.block_edge_tiles, 1));
    if (blocks.empty()) return std::nullopt;
    const VoteSums all = sum_of(blocks);
    SlideVote vote;
    vote.mean_prob_lusc = all.prob_lusc / all.weight;
    vote.border_share = all.border / all.weight;
    vote.prob_lusc = probability_of(linear_vote(all, options.thresholds.vote), options.thresholds.vote);
    for (const CallTile& tile : tiles) vote.tumour_mm2 += tile.certainty() * tile.tissue_mm2;
    if (blocks.size() >= 2 && options.bootstrap_rounds > 0) vote.ci95 = bootstrap_interval(blocks, options);
    return vote;
}

}  // namespace slidetype
