// Winograd's minimal filtering F(4 × 4, 3 × 3), a quarter of the multiplications (Lavin and Gray, "Fast algorithms for
// convolutional neural networks", CVPR 2016): where each patch of 6 × 6 pixels and the weights are transformed, 36
// products take the place of 4 · 4 · 9 = 144. The steps are in winograd_kernels.h.
#include "model/onednn/winograd.h"

#include <dnnl.h>

#include <algorithm>
#include <array>

#include "model/onednn/large_buffer.h"
#include "model/onednn/winograd_kernels.h"

namespace slidetype {
namespace {

using filtering::Job;
using filtering::kChunk;
using filtering::kPanel;
using filtering::kPatch;
using filtering::kProducts;
using filtering::kStep;

std::size_t round_up(std::size_t value, std::size_t to) {
    return (value + to - 1) / to * to;
}

// As many rows times vectors as there are registers for.
#if defined(__x86_64__)
__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))) void filter_avx512(const Job& job) {
    filtering::filter<16, 2, 12>(job);
}
__attribute__((target("avx2,fma"))) void filter_avx2(const Job& job) {
    filtering::filter<8, 2, 6>(job);
}
#endif
void filter_sse(const Job& job) {
    filtering::filter<4, 2, 6>(job);
}

/// G of the article for one row of three weights.
std::array<double, kPatch> transform_weights(double a, double b, double c) {
    const double even = a + c, far = a + 4 * c;
    return {a / 4, -(even + b) / 6, -(even - b) / 6, (far + 2 * b) / 24, (far - 2 * b) / 24, c};
}

/// G g Gᵀ of the 3 × 3 weights `g`.
std::array<double, kProducts> transform_weights(std::span<const float> g) {
    std::array<std::array<double, kPatch>, 3> columns{};
    for (std::size_t x = 0; x < 3; ++x) columns[x] = transform_weights(g[x], g[3 + x], g[6 + x]);
    std::array<double, kProducts> out{};
    for (std::size_t y = 0; y < kPatch; ++y) {
        const auto row = transform_weights(columns[0][y], columns[1][y], columns[2][y]);
        std::ranges::copy(row, out.begin() + static_cast<std::ptrdiff_t>(y * kPatch));
    }
    return out;
}

using PanelRow = std::array<float, kPanel>;

/// The transformed weights of kPanel outputs for one input: zeros where there is no such output or input.
std::array<PanelRow, kProducts> transform_panel(const FilteringShape& shape, std::span<const float> weights,
                                                std::size_t first, std::size_t input) {
    std::array<PanelRow, kProducts> rows{};
    if (input >= shape.inputs) return rows;
    for (std::size_t output = first; output < std::min(first + kPanel, shape.outputs); ++output) {
        const auto transformed = transform_weights(weights.subspan((output * shape.inputs + input) * 9, 9));
        for (std::size_t p = 0; p < kProducts; ++p) rows[p][output - first] = static_cast<float>(transformed[p]);
    }
    return rows;
}

}  // namespace

std::string_view to_string(VectorWidth width) {
    switch (width) {
        case VectorWidth::avx512:
            return "avx512";
        case VectorWidth::avx2:
            return "avx2";
        case VectorWidth::sse:
            break;
    }
    return "sse";
}

VectorWidth widest_vectors() {
#if defined(__x86_64__)
    const auto used = [isa = static_cast<unsigned>(dnnl_get_effective_cpu_isa())](dnnl_cpu_isa_t one) {
        return (isa & static_cast<unsigned>(one)) == static_cast<unsigned>(one);
    };
    const bool fma = __builtin_cpu_supports("fma") != 0;
    if (used(dnnl_cpu_isa_avx512_core) && fma) return VectorWidth::avx512;
    if (used(dnnl_cpu_isa_avx2) && fma) return VectorWidth::avx2;
#endif
    return VectorWidth::sse;
}

WinogradConvolution::WinogradConvolution(const FilteringShape& shape, std::span<const float> weights,
                                         std::span<const float> bias, bool relu, VectorWidth width)
    : shape_(shape),
      relu_(relu),
      width_(width),
      padded_inputs_(round_up(shape.inputs, static_cast<std::size_t>(width))),
      padded_outputs_(round_up(shape.outputs, kPanel)),
      bias_(bias.begin(), bias.end()) {
    bias_.resize(padded_outputs_);
    const std::size_t each = padded_inputs_ * padded_outputs_;
    weights_ = make_large_buffer(kProducts * each * sizeof(float));
    auto* const to = reinterpret_cast<float*>(weights_.get());
    for (std::size_t first = 0; first < padded_outputs_; first += kPanel) {
        for (std::size_t input = 0; input < padded_inputs_; ++input) {
            const auto rows = transform_panel(shape, weights, first, input);
            for (std::size_t p = 0; p < kProducts; ++p) {
                std::ranges::copy(rows[p], to + p * each + first * padded_inputs_ + input * kPanel);
            }
        }
    }
}

std::size_t WinogradConvolution::scratch_bytes() const {
    return kProducts * kChunk * (padded_inputs_ + padded_outputs_) * sizeof(float);
}

void WinogradConvolution::run(const float* in, float* out, std::byte* scratch) const {
    auto* const patches = reinterpret_cast<float*>(scratch);
    const std::size_t across = (shape_.out_width() + kStep - 1) / kStep,
                      down = (shape_.out_height() + kStep - 1) / kStep;
    const Job job{.in = in,
                  .weights = reinterpret_cast<const float*>(weights_.get()),
                  .bias = bias_.data(),
                  .out = out,
                  .patches = patches,
                  .products = patches + kProducts * kChunk * padded_inputs_,
                  .height = shape_.height,
                  .width = shape_.width,
                  .inputs = shape_.inputs,
                  .padded_inputs = padded_inputs_,
                  .padding = shape_.padding,
                  .out_height = shape_.out_height(),
                  .out_width = shape_.out_width(),
                  .outputs = shape_.outputs,
                  .padded_outputs = padded_outputs_,
                  .patches_across = across,
                  .patch_count = across * down,
                  .relu = relu_};
#if defined(__x86_64__)
    if (width_ == VectorWidth::avx512) return filter_avx512(job);
    if (width_ == VectorWidth::avx2) return filter_avx2(job);
#endif
    filter_sse(job);
}

}  // namespace slidetype
