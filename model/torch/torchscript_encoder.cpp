#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/torch/backends.h"
#include "model/torch/border.h"
#include "model/torch/device.h"
#include "model/torch/network.h"

namespace slidetype {
namespace {

constexpr std::int64_t kForeignBatch = 8;

/// "[8, 1024]", or what it is instead of a tensor.
std::string shape_of(const torch::jit::IValue& value) {
    if (!value.isTensor()) return "a " + value.tagKind();
    std::string text = "[";
    for (const auto edge : value.toTensor().sizes()) text += (text.size() > 1 ? ", " : "") + std::to_string(edge);
    return text + "]";
}

/// Runs the transforms and the script.
class ScriptRunner final : public Encoder {
  public:
    ScriptRunner(ScriptEncoder script, torch::Device device)
        : of_(std::move(script)), device_(device), source_(of_.file.string()) {
        try {
            script_ = torch::jit::load(source_, device);
            script_.eval();
        } catch (...) {
            rethrow_from_libtorch(ErrorCode::bad_model, source_, "is no TorchScript file that this libtorch can load",
                                  torchscript_hint());
        }
    }

    std::string description() const override { return backend_description(device_) + ", TorchScript"; }

    std::size_t dimension() const override { return of_.dimension; }

    std::vector<float> encode(std::span<const std::uint8_t> tiles, std::size_t count) override {
        const std::int64_t patch = of_.patch_size_px;
        if (tiles.size() != count * static_cast<std::size_t>(patch * patch * 3)) {
            throw Error(ErrorCode::internal, source_, "a batch has the wrong size");
        }
        compute_on_this_thread_alone();
        const torch::InferenceMode inference;
        const auto all = torch::from_blob(const_cast<std::uint8_t*>(tiles.data()),
                                          {static_cast<std::int64_t>(count), patch, patch, 3}, torch::kUInt8);
        std::vector<float> features;
        features.reserve(count * of_.dimension);
        for (std::int64_t begin = 0; begin < static_cast<std::int64_t>(count); begin += kForeignBatch) {
            const auto end = std::min(begin + kForeignBatch, static_cast<std::int64_t>(count));
            const auto some = run(all.slice(0, begin, end).to(device_).permute({0, 3, 1, 2}).to(torch::kFloat32));
            const auto* values = some.data_ptr<float>();
            features.insert(features.end(), values, values + some.numel());
        }
        return features;
    }

  private:
    /// Each transform as torchvision does it on a PIL picture; Resize rounds to whole grey levels there.
    torch::Tensor transformed(torch::Tensor x) const {
        for (const auto& transform : of_.transform) {
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
        torch::jit::IValue output;
        try {
            output = script_.forward({transformed(tiles)});
        } catch (...) {
            rethrow_from_libtorch(ErrorCode::bad_model, source_, "the model fails", torchscript_hint());
        }
        const auto rows = rows_of(output, tiles.size(0)).to(torch::kCPU, torch::kFloat32).contiguous();
        if (!of_.logits && !torch::isfinite(rows).all().item<bool>()) {
            throw Error(ErrorCode::bad_model, source_, "the encoder gives what is no finite number");
        }
        return rows;
    }

    /// The output as tiles × dimension, on the device. Pooled maps (tiles × dimension × 1 × 1) are rows, too.
    torch::Tensor rows_of(const torch::jit::IValue& output, std::int64_t count) const {
        const auto dimension = static_cast<std::int64_t>(of_.dimension);
        if (output.isTensor()) {
            const auto& tensor = output.toTensor();
            const auto rows = !of_.logits && tensor.dim() == 4 && tensor.size(2) == 1 && tensor.size(3) == 1
                                  ? tensor.flatten(1)
                                  : tensor;
            if (rows.dim() == 2 && rows.size(0) == count && rows.size(1) == dimension) return rows;
        }
        if (of_.logits) {
            throw Error(ErrorCode::bad_model, source_,
                        "the model's output does not have one column per class of config.json");
        }
        throw Error(ErrorCode::bad_model, source_,
                    "gives " + shape_of(output) + " for " + std::to_string(count) + " tiles, not [" +
                        std::to_string(count) + ", " + std::to_string(dimension) + "]",
                    "`dimension` of encoder.json must be how many numbers the encoder gives for a tile, and these must "
                    "be its only output.");
    }

    ScriptEncoder of_;
    torch::Device device_;
    std::string source_;
    torch::jit::Module script_;
};

}  // namespace

std::unique_ptr<Encoder> make_script_encoder(const ScriptEncoder& script, Device device) {
    return std::make_unique<ScriptRunner>(script, choose_device(device));
}

}  // namespace slidetype
