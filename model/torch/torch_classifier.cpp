#include "base/error.h"
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
          weights_(to_torch(fold_batch_norm(model.weights, architecture_))),
          temperature_(model.config.slidetype->temperature),
          source_(model.path.string()) {}

    std::string description() const override { return backend_description(); }

    void classify(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> probabilities) override {
        const auto patch = static_cast<std::size_t>(architecture_.patch_size_px);
        const std::size_t bytes = patch * patch * 3;
        if (tiles.size() != count * bytes || probabilities.size() != count * 2) {
            throw Error(ErrorCode::internal, source_, "a batch has the wrong size");
        }
        compute_on_this_thread_alone();
        const torch::InferenceMode inference;
        for (std::size_t begin = 0; begin < count; begin += kBatch) {
            const auto now = std::min(kBatch, count - begin);
            const auto logits = score(tiles.subspan(begin * bytes, now * bytes), now);
            for (std::size_t i = 0; i < now; ++i) {
                const double p = calibrated(logits[static_cast<std::int64_t>(i)].item<float>(), temperature_);
                if (!std::isfinite(p)) throw Error(ErrorCode::bad_model, source_, "the network gives no finite number");
                probabilities[(begin + i) * 2] = static_cast<float>(1 - p);
                probabilities[(begin + i) * 2 + 1] = static_cast<float>(p);
            }
        }
    }

  private:
    torch::Tensor score(std::span<const std::uint8_t> tiles, std::size_t count) const {
        const std::int64_t patch = architecture_.patch_size_px;
        auto bytes = torch::from_blob(const_cast<std::uint8_t*>(tiles.data()),
                                      {static_cast<std::int64_t>(count), patch, patch, 3}, torch::kUInt8);
        try {
            return forward_folded(architecture_, weights_, bytes.permute({0, 3, 1, 2}).to(torch::kFloat32));
        } catch (const c10::Error& error) {
            throw Error(ErrorCode::bad_model, source_, error.what_without_backtrace());
        }
    }

    const Architecture& architecture_;
    TorchWeights weights_;
    double temperature_;
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
