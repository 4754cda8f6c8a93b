#include <cmath>

#include "base/error.h"
#include "model/familiarity.h"
#include "model/metrics.h"
#include "model/torch/backends.h"
#include "model/torch/network.h"

namespace slidetype {
namespace {

/// Tiles per forward pass: enough for the dense layers, little enough to stay in the cache. Fixed, so that how the
/// caller cuts its tiles is all that a result could depend on.
constexpr std::size_t kBatch = 8;

class TorchClassifier final : public Classifier {
  public:
    explicit TorchClassifier(const ModelDirectory& model)
        : architecture_(find_architecture(model.config.architecture)),
          input_(input_of(model.config)),
          weights_(to_torch(fold_batch_norm(model.weights, architecture_))),
          config_(*model.config.slidetype),
          familiarity_(model.familiarity),
          source_(model.path.string()) {}

    std::string description() const override { return backend_description(); }

    TileScores classify(std::span<const std::uint8_t> tiles, std::size_t count) override {
        const auto patch = static_cast<std::size_t>(architecture_.patch_size_px);
        const std::size_t bytes = patch * patch * 3;
        if (tiles.size() != count * bytes) throw Error(ErrorCode::internal, source_, "a batch has the wrong size");
        compute_on_this_thread_alone();
        const torch::InferenceMode inference;
        TileScores scores;
        scores.probabilities.reserve(2 * count);
        for (std::size_t begin = 0; begin < count; begin += kBatch) {
            const auto now = std::min(kBatch, count - begin);
            append(score(tiles.subspan(begin * bytes, now * bytes), now), scores);
        }
        return scores;
    }

  private:
    NetworkOutput score(std::span<const std::uint8_t> tiles, std::size_t count) const {
        const std::int64_t patch = architecture_.patch_size_px;
        auto bytes = torch::from_blob(const_cast<std::uint8_t*>(tiles.data()),
                                      {static_cast<std::int64_t>(count), patch, patch, 3}, torch::kUInt8);
        try {
            return forward_folded(architecture_, input_, weights_, bytes.permute({0, 3, 1, 2}).to(torch::kFloat32));
        } catch (const c10::Error& error) {
            throw Error(ErrorCode::bad_model, source_, error.what_without_backtrace());
        }
    }

    void append(const NetworkOutput& output, TileScores& scores) const {
        for (std::int64_t i = 0; i < output.logits.size(0); ++i) {
            const double p = finite(calibrated(output.logits[i].item<float>(), config_.temperature));
            scores.probabilities.push_back(static_cast<float>(1 - p));
            scores.probabilities.push_back(static_cast<float>(p));
            if (!config_.gate) continue;
            const double tumour = finite(calibrated(output.gate[i].item<float>(), config_.gate->temperature));
            scores.tumour.push_back(static_cast<float>(tumour));
        }
        if (!config_.familiarity) return;
        const auto features = output.features.contiguous();
        const std::span values(features.data_ptr<float>(), static_cast<std::size_t>(features.numel()));
        for (const double distance : strange_distances(familiarity_, values)) {
            scores.strangeness.push_back(static_cast<float>(finite(distance / config_.familiarity->threshold)));
        }
    }

    double finite(double value) const {
        if (!std::isfinite(value)) throw Error(ErrorCode::bad_model, source_, "the network gives no finite number");
        return value;
    }

    const Architecture& architecture_;
    InputKind input_;
    TorchWeights weights_;
    SlidetypeConfig config_;
    Weights familiarity_;
    std::string source_;
};

}  // namespace

std::unique_ptr<Classifier> make_torch_classifier(const ModelDirectory& model) {
    return std::make_unique<TorchClassifier>(model);
}

std::string backend_description() {
    return "libtorch " TORCH_VERSION ", CPU";
}

}  // namespace slidetype
