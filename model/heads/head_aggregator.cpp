#include "model/heads/head_aggregator.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "model/heads/bag_pass.h"
#include "model/heads/head_pass.h"
#include "model/metrics/metrics.h"

namespace slidetype {
namespace {

class HeadAggregator final : public Aggregator {
  public:
    HeadAggregator(std::vector<HeadWeights> heads, double temperature, std::string source)
        : heads_(std::move(heads)), temperature_(temperature), source_(std::move(source)) {
        if (heads_.empty()) throw Error(ErrorCode::bad_model, source_, "holds no attention head");
        for (const auto& head : heads_) {
            if (head.shape() != heads_.front().shape()) {
                throw Error(ErrorCode::bad_model, source_, "its heads differ in size");
            }
        }
    }

    std::string description() const override {
        const std::string kind = shape().pooling == Pooling::attention ? "gated attention" : "mean of tiles";
        return kind + ", " + std::to_string(heads_.size()) + (heads_.size() == 1 ? " head" : " heads");
    }

    std::size_t dimension() const override { return shape().inputs; }

    TileScores score(std::span<const float> features, std::size_t count) const override {
        if (features.size() != count * dimension()) {
            throw Error(ErrorCode::internal, source_, "a batch has the wrong size");
        }
        std::vector<double> logits(count, 0.0);
        HeadPass pass;
        for (const auto& head : heads_) {
            run_head(head, features, pass);
            for (std::size_t i = 0; i < count; ++i) logits[i] += double{pass.logits[i]} / head_count();
        }
        TileScores scores;
        scores.probabilities.reserve(2 * count);
        for (const double logit : logits) {
            const double p = probability(logit);
            scores.probabilities.push_back(static_cast<float>(1 - p));
            scores.probabilities.push_back(static_cast<float>(p));
        }
        return scores;
    }

    BagOpinion aggregate(const Bag& bag, int threads) const override {
        require_fitting_bag(bag, dimension());
        const auto passes = passes_of(bag, threads);
        std::vector<BagPart> bag_parts;
        std::vector<double> attention(bag.tiles, 0.0);
        for (const auto& pass : passes) {
            const auto of_head = attention_of(pass.scores, shape().pooling);
            bag_parts.push_back({log_weight_of(pass.scores, shape().pooling), bag_logit(of_head, pass.logits)});
            for (std::size_t i = 0; i < attention.size(); ++i) attention[i] += double{of_head[i]} / head_count();
        }
        auto opinion = opinion_of(std::move(bag_parts));
        opinion.attention.assign(attention.begin(), attention.end());
        return opinion;
    }

    /// The classifier is linear and comes after pooling, so logits are what is averaged.
    BagOpinion unite(std::span<const std::vector<BagPart>> bags) const override { return opinion_of(united(bags)); }

  private:
    const HeadShape& shape() const { return heads_.front().shape(); }
    double head_count() const { return static_cast<double>(heads_.size()); }

    BagOpinion opinion_of(std::vector<BagPart> parts) const {
        if (parts.size() != heads_.size()) {
            throw Error(ErrorCode::bad_data, source_, "the parts of a bag are not those of its heads");
        }
        BagOpinion opinion;
        for (const auto& part : parts) {
            opinion.head_logits.push_back(part.mean);
            opinion.logit += part.mean / head_count();
        }
        const double p = probability(opinion.logit);
        opinion.probabilities = {1 - p, p};
        opinion.parts = std::move(parts);
        return opinion;
    }

    double probability(double logit) const {
        const double p = calibrated(logit, temperature_);
        if (!std::isfinite(p)) throw Error(ErrorCode::bad_model, source_, "the head gives no finite number");
        return p;
    }

    /// One chunk of tiles after the other on any thread; put together in order.
    std::vector<BagPass> passes_of(const Bag& bag, int threads) const {
        std::vector<BagPass> passes(heads_.size());
        for (auto& pass : passes) pass.scores.resize(bag.tiles), pass.logits.resize(bag.tiles);
        const auto chunks = (bag.tiles + kTilesAtOnce - 1) / kTilesAtOnce;
        parallel_for(threads, chunks, [&](std::size_t chunk) {
            const auto begin = chunk * kTilesAtOnce;
            const auto count = std::min(kTilesAtOnce, bag.tiles - begin);
            const auto inputs =
                floats_of(std::span(bag.features).subspan(begin * bag.dimension, count * bag.dimension));
            HeadPass pass;
            for (std::size_t h = 0; h < heads_.size(); ++h) {
                run_head(heads_[h], inputs, pass);
                const auto place = static_cast<std::ptrdiff_t>(begin);
                std::ranges::copy(pass.scores, passes[h].scores.begin() + place);
                std::ranges::copy(pass.logits, passes[h].logits.begin() + place);
            }
        });
        return passes;
    }

    std::vector<HeadWeights> heads_;
    double temperature_;
    std::string source_;
};

}  // namespace

std::unique_ptr<Aggregator> make_head_aggregator(std::vector<HeadWeights> heads, double temperature,
                                                 std::string source) {
    return std::make_unique<HeadAggregator>(std::move(heads), temperature, std::move(source));
}

}  // namespace slidetype
