#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace slidetype {

/// A convolution of 3 × 3 with stride 1 over a picture {height, width, inputs} in floats, with as many pixels of zeros
/// as `padding` (0 or 1) says on every side; what comes out is {height + 2 · padding - 2, …, outputs}.
struct FilteringShape {
    std::size_t inputs = 0, outputs = 0, height = 0, width = 0, padding = 0;
    std::size_t out_height() const { return height + 2 * padding - 2; }
    std::size_t out_width() const { return width + 2 * padding - 2; }
};

/// Instructions that the filtering is compiled for.
enum class VectorWidth {
    sse = 4,   ///< floats at once: what every processor of this kind has
    avx2 = 8,  ///< with FMA
    avx512 = 16,
};
std::string_view to_string(VectorWidth width);

/// The widest that this processor has and oneDNN uses on it.
VectorWidth widest_vectors();

/// Such a convolution by Winograd's minimal filtering F(4 × 4, 3 × 3), for where oneDNN has none. A picture's values
/// depend on nothing but the picture. Immutable: any number of threads may use it, each with scratch memory of its own.
class WinogradConvolution {
  public:
    /// `weights` {outputs, inputs, 3, 3}, `bias` {outputs}. The picture must be at least 3 × 3 with its padding.
    /// Throws std::bad_alloc.
    WinogradConvolution(const FilteringShape& shape, std::span<const float> weights, std::span<const float> bias,
                        bool relu, VectorWidth width = widest_vectors());

    const FilteringShape& shape() const { return shape_; }
    /// That run() needs, aligned to 64.
    std::size_t scratch_bytes() const;
    /// `in` and `out` as FilteringShape says, channels last. Computes on the calling thread alone.
    void run(const float* in, float* out, std::byte* scratch) const;

  private:
    FilteringShape shape_;
    bool relu_;
    VectorWidth width_;
    std::size_t padded_inputs_, padded_outputs_;
    std::shared_ptr<std::byte> weights_;  ///< transformed, as winograd_kernels.h reads them
    std::vector<float> bias_;             ///< padded with zeros
};

}  // namespace slidetype
