#include "model/onednn/onednn_classifier.h"

#include "base/error.h"
#include "base/pool.h"
#include "model/onednn/equalise.h"
#include "model/onednn/network.h"
#include "model/onednn/onednn_version.h"
#include "model/scoring/calibrated_scores.h"
#include "model/scoring/turns.h"

namespace slidetype {
namespace {

OnednnNetwork make_network(const ModelDirectory& model, bool int8) {
    if (model.is_torchscript()) {
        throw Error(ErrorCode::unsupported, model.path.string(), "is a TorchScript model, which oneDNN cannot run");
    }
    const auto& config = *model.config.slidetype;
    if (int8 && !config.int8) {
        throw Error(ErrorCode::usage, model.path.string(), "was not calibrated for 8-bit integers",
                    "`slidetype models calibrate` does so.");
    }
    const auto& architecture = find_architecture(model.config.architecture);
    auto weights = fold_batch_norm(model.weights, architecture);
    if (!int8) return {architecture, input_of(model.config), weights, nullptr};
    return {architecture, input_of(model.config), equalise_channels(std::move(weights), architecture), &*config.int8};
}

/// A linear layer with one output, summed with doubles: what comes out does not depend on how tiles are batched.
class Head {
  public:
    /// `shift` is added to the bias.
    Head(const Weights& weights, const std::string& name, double shift)
        : weight_(weights.at(name + ".weight").values), bias_(weights.at(name + ".bias").values.front() + shift) {}

    /// One value for each row.
    std::vector<float> operator()(std::span<const float> features) const {
        std::vector<float> out;
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

class OnednnClassifier final : public Classifier {
  public:
    OnednnClassifier(const ModelDirectory& model, bool int8)
        : network_(make_network(model, int8)),
          head_(model.weights, weighted_layers(find_architecture(model.config.architecture)).back(),
                int8 ? model.config.slidetype->int8->logit_shift : 0),
          calibration_(model),
          edge_(static_cast<std::size_t>(model.config.patch_size_px)),
          tile_bytes_(3 * edge_ * edge_),
          turns_(model.config.slidetype->turns),
          int8_(int8),
          source_(model.path.string()) {
        if (has_gate(model.weights)) {
            gate_.emplace(model.weights, "gate", int8 ? model.config.slidetype->int8->gate_logit_shift : 0);
        }
    }

    std::string description() const override {
        return "oneDNN " + onednn_version() + ", CPU, " + (int8_ ? "8-bit integers" : "32-bit floats");
    }

    TileScores classify(std::span<const std::uint8_t> tiles, std::size_t count) override {
        if (tiles.size() != count * tile_bytes_)
            throw Error(ErrorCode::internal, source_, "a batch has the wrong size");
        const auto workspace = workspaces_.take([this] { return network_.make_workspace(); });
        TileScores scores;
        scores.probabilities.reserve(2 * count);
        try {
            for (std::size_t begin = 0; begin < count; begin += OnednnNetwork::kTiles) {
                const auto now = std::min(OnednnNetwork::kTiles, count - begin);
                append(features_of(tiles.subspan(begin * tile_bytes_, now * tile_bytes_), *workspace), scores);
            }
        } catch (const dnnl::error& error) {
            throw Error(ErrorCode::internal, source_, std::string("oneDNN: ") + error.what());
        }
        workspaces_.give_back(workspace);
        return scores;
    }

  private:
    /// The mean over the positions of each tile: what follows is linear, so logits are averaged with them.
    std::vector<float> features_of(std::span<const std::uint8_t> tiles, OnednnNetwork::Workspace& workspace) const {
        const auto plain = network_.features(tiles, workspace);
        std::vector<float> sum(plain.begin(), plain.end());
        for (int turn = 1; turn < turns_; ++turn) {
            const auto features = network_.features(turned(tiles, edge_, turn), workspace);
            for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += features[i];
        }
        for (auto& value : sum) value /= static_cast<float>(turns_);
        return sum;
    }

    void append(std::span<const float> features, TileScores& scores) const {
        const auto logits = head_(features);
        const auto gate = gate_ ? (*gate_)(features) : std::vector<float>{};
        calibration_.append({logits, gate, features}, scores);
    }

    OnednnNetwork network_;
    Head head_;
    std::optional<Head> gate_;
    ScoreCalibration calibration_;
    std::size_t edge_, tile_bytes_;
    int turns_;
    bool int8_;
    std::string source_;
    Pool<std::shared_ptr<OnednnNetwork::Workspace>> workspaces_;
};

}  // namespace

std::unique_ptr<Classifier> make_onednn_classifier(const ModelDirectory& model, bool int8) {
    return std::make_unique<OnednnClassifier>(model, int8);
}

std::vector<std::string> onednn_implementations(const ModelDirectory& model, bool int8) {
    return make_network(model, int8).implementations();
}

}  // namespace slidetype
