#include "model/scoring/tile_scorer.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/scoring/calibrated_scores.h"

namespace slidetype {
namespace {

void require_size(std::span<const float> features, std::size_t count, std::size_t dimension,
                  const std::string& source) {
    if (features.size() == count * dimension) return;
    throw Error(ErrorCode::internal, source, "features of another length than the model's");
}

/// A linear layer with one output, summed with doubles: what comes out does not depend on how tiles are batched.
class LinearHead {
  public:
    /// `shift` is added to the bias.
    LinearHead(const Weights& weights, const std::string& name, double shift)
        : weight_(weights.at(name + ".weight").values), bias_(weights.at(name + ".bias").values.front() + shift) {}

    std::size_t inputs() const { return weight_.size(); }

    /// One value for each row.
    std::vector<float> operator()(std::span<const float> features) const {
        std::vector<float> out;
        out.reserve(features.size() / weight_.size());
        for (std::size_t begin = 0; begin < features.size(); begin += weight_.size()) {
            double sum = bias_;
            for (std::size_t i = 0; i < weight_.size(); ++i) sum += double{weight_[i]} * features[begin + i];
            out.push_back(static_cast<float>(sum));
        }
        return out;
    }

  private:
    std::vector<float> weight_;
    double bias_;
};

class NetworkScorer final : public TileScorer {
  public:
    NetworkScorer(const ModelDirectory& model, bool int8)
        : head_(model.weights, weighted_layers(find_architecture(model.config.architecture)).back(),
                int8 ? model.config.slidetype->int8->logit_shift : 0),
          calibration_(model),
          source_(model.path.string()) {
        if (has_gate(model.weights)) {
            gate_.emplace(model.weights, "gate", int8 ? model.config.slidetype->int8->gate_logit_shift : 0);
        }
    }

    std::size_t dimension() const override { return head_.inputs(); }

    TileScores score(std::span<const float> features, std::size_t count) const override {
        require_size(features, count, dimension(), source_);
        const auto logits = head_(features);
        const auto gate = gate_ ? (*gate_)(features) : std::vector<float>{};
        TileScores scores;
        scores.probabilities.reserve(2 * count);
        calibration_.append({logits, gate, features}, scores);
        return scores;
    }

  private:
    LinearHead head_;
    std::optional<LinearHead> gate_;
    ScoreCalibration calibration_;
    std::string source_;
};

class LogitScorer final : public TileScorer {
  public:
    explicit LogitScorer(const ModelDirectory& model)
        : classes_(model.config.class_names.size()), source_(model.torchscript.string()) {}

    std::size_t dimension() const override { return classes_; }

    TileScores score(std::span<const float> features, std::size_t count) const override {
        require_size(features, count, classes_, source_);
        TileScores scores;
        scores.probabilities.reserve(features.size());
        for (std::size_t tile = 0; tile < count; ++tile) {
            append(features.subspan(tile * classes_, classes_), scores.probabilities);
        }
        return scores;
    }

  private:
    void append(std::span<const float> logits, std::vector<float>& probabilities) const {
        if (classes_ == 1) {
            probabilities.push_back(finite(1 / (1 + std::exp(-double{logits.front()}))));
            return;
        }
        const double largest = *std::ranges::max_element(logits);
        double sum = 0;
        for (const float logit : logits) sum += std::exp(logit - largest);
        for (const float logit : logits) probabilities.push_back(finite(std::exp(logit - largest) / sum));
    }

    float finite(double p) const {
        if (std::isfinite(p)) return static_cast<float>(p);
        throw Error(ErrorCode::bad_model, source_, "the model gives what is no finite number");
    }

    std::size_t classes_;
    std::string source_;
};

}  // namespace

std::unique_ptr<TileScorer> make_network_scorer(const ModelDirectory& model, bool int8) {
    return std::make_unique<NetworkScorer>(model, int8);
}

std::unique_ptr<TileScorer> make_logit_scorer(const ModelDirectory& model) {
    return std::make_unique<LogitScorer>(model);
}

}  // namespace slidetype
