#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/pool.h"
#include "model/torch/backends.h"
#include "model/torch/border.h"
#include "model/torch/device.h"
#include "model/torch/network.h"

namespace slidetype {
namespace {

/// Tiles per forward pass, fixed, so that how the caller cuts its tiles is all that a result could depend on. On the
/// processor enough for the dense layers and little enough to stay in the cache. On a GPU, where a kernel is chosen by
/// the shape of its input, every pass has the same shape; what is left over of it is not looked at.
constexpr std::int64_t kBatchOnCpu = 8;
constexpr std::int64_t kBatchOnGpu = 32;

/// On a GPU convolutions compute in half precision (with sums in floats), which its tensor cores are made for; dense
/// layers stay in floats, since they cost little and the features' last bits are theirs.
TorchWeights placed(const TorchWeights& weights, torch::Device device) {
    if (device.is_cpu()) return weights;
    TorchWeights out;
    for (const auto& [name, tensor] : weights) {
        out[name] = tensor.to(name.starts_with("conv") ? torch::kFloat16 : torch::kFloat32).to(device);
    }
    return out;
}

class TorchEncoder final : public Encoder {
  public:
    TorchEncoder(const ModelDirectory& model, torch::Device device)
        : architecture_(find_architecture(model.config.architecture)),
          input_(input_of(model.config)),
          turns_(model.config.slidetype->turns),
          device_(device),
          batch_(device.is_cpu() ? kBatchOnCpu : kBatchOnGpu),
          weights_(placed(to_torch(fold_batch_norm(model.weights, architecture_)), device)),
          dimension_(feature_count(architecture_)),
          source_(model.path.string()) {}

    std::string description() const override {
        return backend_description(device_) + (device_.is_cpu() ? "" : ", half precision");
    }

    std::size_t dimension() const override { return dimension_; }

    std::vector<float> encode(std::span<const std::uint8_t> tiles, std::size_t count) override {
        const auto patch = static_cast<std::size_t>(architecture_.patch_size_px);
        const std::size_t bytes = patch * patch * 3;
        if (tiles.size() != count * bytes) throw Error(ErrorCode::internal, source_, "a batch has the wrong size");
        compute_on_this_thread_alone();
        const torch::InferenceMode inference;
        std::vector<float> features;
        features.reserve(count * dimension_);
        auto lane =
            lanes_.take([this] { return std::make_unique<DeviceLane>(device_, batch_, architecture_.patch_size_px); });
        for (std::size_t begin = 0; begin < count; begin += static_cast<std::size_t>(batch_)) {
            const auto now = std::min(static_cast<std::size_t>(batch_), count - begin);
            const auto some =
                features_of(tiles.subspan(begin * bytes, now * bytes), static_cast<std::int64_t>(now), *lane);
            const auto* values = some.data_ptr<float>();
            features.insert(features.end(), values, values + some.numel());
        }
        lanes_.give_back(std::move(lane));
        if (!std::ranges::all_of(features, [](float value) { return std::isfinite(value); })) {
            throw Error(ErrorCode::bad_model, source_, "the network gives no finite number");
        }
        return features;
    }

  private:
    /// On the processor, in floats, contiguous.
    torch::Tensor features_of(std::span<const std::uint8_t> tiles, std::int64_t count, DeviceLane& lane) const {
        try {
            const auto stream = lane.enter();
            auto bytes = lane.upload(tiles);
            if (device_.is_cpu()) bytes = bytes.narrow(0, 0, count);
            const auto output = mean_over_turns(
                bytes.permute({0, 3, 1, 2}).to(torch::kFloat32), turns_,
                [&](const torch::Tensor& turned) { return forward_folded(architecture_, input_, weights_, turned); });
            return output.features.narrow(0, 0, count).to(torch::kCPU, torch::kFloat32).contiguous();
        } catch (...) {
            rethrow_from_libtorch(ErrorCode::bad_model, source_, "libtorch cannot run it", "");
        }
    }

    const Architecture& architecture_;
    InputKind input_;
    int turns_;
    torch::Device device_;
    std::int64_t batch_;
    TorchWeights weights_;
    std::size_t dimension_;
    Pool<std::unique_ptr<DeviceLane>> lanes_;
    std::string source_;
};

}  // namespace

std::unique_ptr<Encoder> make_torch_encoder(const ModelDirectory& model, Device device) {
    return std::make_unique<TorchEncoder>(model, choose_device(device));
}

std::string backend_description(torch::Device device) {
    return std::string("libtorch " TORCH_VERSION ", ") + (device.is_cpu() ? "CPU" : "CUDA");
}

}  // namespace slidetype
