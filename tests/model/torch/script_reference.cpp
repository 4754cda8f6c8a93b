// A module, as model/torch is, since only such may include libtorch's headers.
#include "tests/model/torch/script_reference.h"

#include "model/torch/torch_headers.h"

namespace {

constexpr std::int64_t kChannels = 3;

}  // namespace

extern "C" __attribute__((visibility("default"))) void slidetype_save_script(const char* file, const char* source,
                                                                             std::int64_t filters,
                                                                             std::int64_t outputs) {
    torch::manual_seed(5);
    torch::jit::Module module("encoder");
    constexpr std::int64_t kEdge = 7;
    module.register_parameter("filters", torch::randn({filters, kChannels, kEdge, kEdge}) / 10, false);
    module.register_parameter("dense", torch::randn({outputs, filters}), false);
    module.define(source);
    module.eval();
    module.save(file);
}

extern "C" __attribute__((visibility("default"))) void slidetype_run_script(const char* file, const std::uint8_t* tiles,
                                                                            std::int64_t count, std::int64_t edge,
                                                                            const float* mean, const float* deviation,
                                                                            float* features, std::int64_t numbers) {
    const torch::InferenceMode inference;
    auto module = torch::jit::load(file);
    const auto bytes =
        torch::from_blob(const_cast<std::uint8_t*>(tiles), {count, edge, edge, kChannels}, torch::kUInt8);
    const auto column = [](const float* values) {
        return torch::from_blob(const_cast<float*>(values), {1, kChannels, 1, 1}, torch::kFloat32).clone();
    };
    const auto input = (bytes.permute({0, 3, 1, 2}).to(torch::kFloat32).div(255) - column(mean)) / column(deviation);
    const auto output = module.forward({input}).toTensor().to(torch::kFloat32).contiguous();
    TORCH_CHECK(output.numel() == numbers, "another number of features");
    std::copy_n(output.data_ptr<float>(), numbers, features);
}

extern "C" __attribute__((visibility("default"))) void slidetype_run_head(const char* file, const float* features,
                                                                          std::int64_t tiles, std::int64_t numbers,
                                                                          double* logits, double* attention) {
    const torch::InferenceMode inference;
    auto module = torch::jit::load(file);
    const auto input = torch::from_blob(const_cast<float*>(features), {tiles, numbers}, torch::kFloat32);
    const auto output = module.forward({input.clone()}).toTuple();
    const auto write = [&](std::size_t part, std::int64_t expected, double* to) {
        const auto values = output->elements()[part].toTensor().to(torch::kFloat64).contiguous();
        TORCH_CHECK(values.numel() == expected, "another number of values");
        std::copy_n(values.data_ptr<double>(), expected, to);
    };
    write(0, 2, logits);
    write(1, tiles, attention);
}
