#include "base/error.h"
#include "model/calibrated_scores.h"
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
          calibration_(model),
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
        const auto logits = output.logits.contiguous(), features = output.features.contiguous();
        NetworkValues values{values_of(logits), {}, values_of(features)};
        torch::Tensor gate;
        if (output.gate.defined()) values.gate = values_of(gate = output.gate.contiguous());
        calibration_.append(values, scores);
    }

    static std::span<const float> values_of(const torch::Tensor& contiguous) {
        return {contiguous.data_ptr<float>(), static_cast<std::size_t>(contiguous.numel())};
    }

    const Architecture& architecture_;
    InputKind input_;
    TorchWeights weights_;
    ScoreCalibration calibration_;
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
