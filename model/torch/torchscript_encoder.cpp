#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/torch/backends.h"
#include "model/torch/border.h"
#include "model/torch/device.h"
#include "model/torch/network.h"

namespace slidetype {
namespace {

class ScriptRunner final : public ForeignEncoder {
  public:
    ScriptRunner(ForeignFile script, torch::Device device) : ForeignEncoder(std::move(script)), device_(device) {
        try {
            script_ = torch::jit::load(source(), device);
            script_.eval();
        } catch (...) {
            rethrow_from_libtorch(ErrorCode::bad_model, source(), "is no TorchScript file that this libtorch can load",
                                  torchscript_hint());
        }
    }

    std::string description() const override { return backend_description(device_) + ", TorchScript"; }

  protected:
    void forward(std::span<float> pixels, std::size_t count, std::vector<float>& rows) override {
        compute_on_this_thread_alone();
        const torch::InferenceMode inference;
        const auto tiles = static_cast<std::int64_t>(count);
        const auto input = torch::from_blob(pixels.data(), {tiles, 3, edge(), edge()}, torch::kFloat32).to(device_);
        const auto output = rows_of(run(input), count).to(torch::kCPU, torch::kFloat32).contiguous();
        const auto* values = output.data_ptr<float>();
        rows.insert(rows.end(), values, values + output.numel());
    }

  private:
    torch::jit::IValue run(const torch::Tensor& tiles) {
        // The optimiser profiles the first runs and fuses later ones, so the same tile would get other bits by and by.
        const torch::jit::GraphOptimizerEnabledGuard unoptimised(false);
        try {
            return script_.forward({tiles});
        } catch (...) {
            rethrow_from_libtorch(ErrorCode::bad_model, source(), "the model fails", torchscript_hint());
        }
    }

    /// The output as tiles × dimension, on the device.
    torch::Tensor rows_of(const torch::jit::IValue& output, std::size_t count) const {
        if (!output.isTensor()) refuse_output("a " + output.tagKind(), count);
        const auto& tensor = output.toTensor();
        const std::vector<std::int64_t> shape(tensor.sizes().begin(), tensor.sizes().end());
        if (!is_rows(shape, count)) refuse_output(shape_text(shape), count);
        return tensor.flatten(1);
    }

    torch::Device device_;
    torch::jit::Module script_;
};

}  // namespace

std::unique_ptr<Encoder> make_script_encoder(const ForeignFile& script, Device device) {
    return std::make_unique<ScriptRunner>(script, choose_device(device));
}

}  // namespace slidetype
