#include "model/scoring/mean_aggregator.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/half.h"
#include "base/parallel.h"

namespace slidetype {
namespace {

constexpr std::size_t kTilesScoredAtOnce = 256;

class MeanAggregator final : public Aggregator {
  public:
    explicit MeanAggregator(std::unique_ptr<TileScorer> scorer) : scorer_(std::move(scorer)) {}

    std::string description() const override { return "mean of tile scores"; }
    std::size_t dimension() const override { return scorer_->dimension(); }
    TileScores score(std::span<const float> features, std::size_t count) const override {
        return scorer_->score(features, count);
    }

    BagOpinion aggregate(const Bag& bag, int threads) const override {
        require_fitting_bag(bag, dimension());
        const auto scores = scores_of(bag, threads);
        const auto classes = scores.probabilities.size() / bag.tiles;
        double weights = 0;
        std::vector<double> sums(classes, 0.0);
        for (std::size_t i = 0; i < bag.tiles; ++i) {
            const double weight = weight_of(scores, i);
            weights += weight;
            for (std::size_t c = 0; c < classes; ++c) sums[c] += weight * double{scores.probabilities[i * classes + c]};
        }
        std::vector<BagPart> parts;
        parts.reserve(classes);
        for (const double sum : sums) {
            parts.push_back({std::log(weights), weights > 0 ? sum / weights : 1 / static_cast<double>(classes)});
        }
        auto opinion = opinion_of(std::move(parts));
        for (std::size_t i = 0; i < bag.tiles; ++i) {
            const double share = weights > 0 ? weight_of(scores, i) / weights : 1 / static_cast<double>(bag.tiles);
            opinion.attention.push_back(static_cast<float>(share));
        }
        return opinion;
    }

    BagOpinion unite(std::span<const std::vector<BagPart>> bags) const override { return opinion_of(united(bags)); }

  private:
    /// From one part for each class.
    static BagOpinion opinion_of(std::vector<BagPart> parts) {
        if (parts.empty()) throw Error(ErrorCode::bad_data, "", "the parts of a bag are none of a mean of tile scores");
        BagOpinion opinion;
        for (const auto& part : parts) opinion.probabilities.push_back(part.mean);
        constexpr double kLeast = 1e-6;  // a mean of nought or one is rounding, and its logit would be infinite
        const double p = std::clamp(opinion.probabilities.back(), kLeast, 1 - kLeast);
        opinion.logit = std::log(p / (1 - p));
        opinion.head_logits = {opinion.logit};
        opinion.parts = std::move(parts);
        return opinion;
    }

    static double weight_of(const TileScores& scores, std::size_t tile) {
        return scores.tumour.empty() ? 1.0 : double{scores.tumour[tile]};
    }

    /// By chunks on any thread, put together in order.
    TileScores scores_of(const Bag& bag, int threads) const {
        const auto chunks = (bag.tiles + kTilesScoredAtOnce - 1) / kTilesScoredAtOnce;
        std::vector<TileScores> parts(chunks);
        parallel_for(threads, chunks, [&](std::size_t chunk) {
            const auto begin = chunk * kTilesScoredAtOnce;
            const auto count = std::min(kTilesScoredAtOnce, bag.tiles - begin);
            std::vector<float> features(count * bag.dimension);
            std::ranges::transform(std::span(bag.features).subspan(begin * bag.dimension, features.size()),
                                   features.begin(), from_half);
            parts[chunk] = scorer_->score(features, count);
        });
        TileScores all;
        for (const auto& part : parts) {
            all.probabilities.insert(all.probabilities.end(), part.probabilities.begin(), part.probabilities.end());
            all.tumour.insert(all.tumour.end(), part.tumour.begin(), part.tumour.end());
        }
        return all;
    }

    std::unique_ptr<TileScorer> scorer_;
};

}  // namespace

std::unique_ptr<Aggregator> make_mean_aggregator(std::unique_ptr<TileScorer> scorer) {
    return std::make_unique<MeanAggregator>(std::move(scorer));
}

}  // namespace slidetype
