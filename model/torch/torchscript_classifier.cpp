#include "base/error.h"
#include "model/torch/backends.h"
#include "model/torch/border.h"
#include "model/torch/device.h"
#include "model/torch/network.h"

namespace slidetype {
namespace {

constexpr std::int64_t kForeignBatch = 8;

/// Runs `model.config.transform` and the script. Probabilities by WSInfer's rule: softmax over several columns, sigmoid
/// of a single one.
class TorchScriptClassifier final : public Classifier {
  public:
    TorchScriptClassifier(const ModelDirectory& model, torch::Device device)
        : config_(model.config), device_(device), source_(model.torchscript.string()) {
        try {
            script_ = torch::jit::load(source_, device);
            script_.eval();
        } catch (...) {
            rethrow_from_libtorch(ErrorCode::bad_model, source_, "is no TorchScript file that this libtorch can load",
                                  torchscript_hint());
        }
    }

    std::string description() const override { return backend_description(device_) + ", TorchScript"; }

    TileScores classify(std::span<const std::uint8_t> tiles, std::size_t count) override {
        const std::int64_t patch = config_.patch_size_px;
        const auto classes = config_.class_names.size();
        if (tiles.size() != count * static_cast<std::size_t>(patch * patch * 3)) {
            throw Error(ErrorCode::internal, source_, "a batch has the wrong size");
        }
        compute_on_this_thread_alone();
        const torch::InferenceMode inference;
        const auto all = torch::from_blob(const_cast<std::uint8_t*>(tiles.data()),
                                          {static_cast<std::int64_t>(count), patch, patch, 3}, torch::kUInt8);
        TileScores scores;
        scores.probabilities.resize(count * classes);
        for (std::int64_t begin = 0; begin < static_cast<std::int64_t>(count); begin += kForeignBatch) {
            const auto end = std::min(begin + kForeignBatch, static_cast<std::int64_t>(count));
            const auto p = run(all.slice(0, begin, end).to(device_).permute({0, 3, 1, 2}).to(torch::kFloat32));
            std::copy_n(p.data_ptr<float>(), p.numel(),
                        scores.probabilities.data() + begin * static_cast<std::int64_t>(classes));
        }
        return scores;
    }

  private:
    /// Each transform as torchvision does it on a PIL picture; Resize rounds to whole grey levels there.
    torch::Tensor transformed(torch::Tensor x) const {
        for (const auto& transform : config_.transform) {
            if (transform.kind == Transform::Kind::resize) {
                if (x.size(2) == transform.size && x.size(3) == transform.size) continue;
                x = at::_upsample_bilinear2d_aa(x, {transform.size, transform.size}, false).round().clamp(0, 255);
            } else if (transform.kind == Transform::Kind::to_tensor) {
                x = x / 255.0;
            } else {
                const auto column = [&](const std::vector<double>& values) {
                    return torch::tensor(values, torch::kFloat32).reshape({1, 3, 1, 1}).to(device_);
                };
                x = (x - column(transform.mean)) / column(transform.std);
            }
        }
        return x.contiguous();
    }

    torch::Tensor run(const torch::Tensor& tiles) {
        // The optimiser profiles the first runs and fuses later ones, so the same tile would get other bits by and by.
        const torch::jit::GraphOptimizerEnabledGuard unoptimised(false);
        const auto classes = static_cast<std::int64_t>(config_.class_names.size());
        torch::Tensor logits;
        try {
            logits = script_.forward({transformed(tiles)}).toTensor().to(torch::kFloat32);
        } catch (...) {
            rethrow_from_libtorch(ErrorCode::bad_model, source_, "the model fails", torchscript_hint());
        }
        if (logits.dim() != 2 || logits.size(0) != tiles.size(0) || logits.size(1) != classes) {
            throw Error(ErrorCode::bad_model, source_,
                        "the model's output does not have one column per class of config.json");
        }
        const auto p = (classes == 1 ? torch::sigmoid(logits) : torch::softmax(logits, 1)).to(torch::kCPU).contiguous();
        if (!torch::isfinite(p).all().item<bool>()) {
            throw Error(ErrorCode::bad_model, source_, "the model gives what is no finite number");
        }
        return p;
    }

    ModelConfig config_;
    torch::Device device_;
    std::string source_;
    torch::jit::Module script_;
};

}  // namespace

std::unique_ptr<Classifier> make_torchscript_classifier(const ModelDirectory& model, Device device) {
    return std::make_unique<TorchScriptClassifier>(model, choose_device(device));
}

}  // namespace slidetype
