#include "model/onednn/winograd.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/random.h"
#include "model/onednn/large_buffer.h"

namespace slidetype {
namespace {

struct FilteringCase {
    FilteringShape shape;
    std::vector<float> in, weights, bias;
};

FilteringCase random_case(const FilteringShape& shape) {
    Random random(31 + shape.inputs + shape.outputs + shape.height);
    const auto draw = [&random](std::size_t count, double reach) {
        std::vector<float> values(count);
        for (auto& value : values) value = static_cast<float>(random.uniform(-reach, reach));
        return values;
    };
    const double reach = std::sqrt(3.0 / (9.0 * static_cast<double>(shape.inputs)));  // outputs of 1 or so
    return {shape, draw(shape.height * shape.width * shape.inputs, 1.7), draw(shape.outputs * shape.inputs * 9, reach),
            draw(shape.outputs, 1)};
}

/// What a convolution is, in doubles.
std::vector<double> convolve(const FilteringCase& what, bool relu) {
    const auto& s = what.shape;
    std::vector<double> out;
    out.reserve(s.out_height() * s.out_width() * s.outputs);
    for (std::size_t y = 0; y < s.out_height(); ++y) {
        for (std::size_t x = 0; x < s.out_width(); ++x) {
            for (std::size_t o = 0; o < s.outputs; ++o) {
                double sum = what.bias[o];
                for (std::size_t k = 0; k < 9; ++k) {
                    const std::size_t row = y + k / 3 - s.padding, column = x + k % 3 - s.padding;  // wraps below 0
                    if (row >= s.height || column >= s.width) continue;
                    for (std::size_t i = 0; i < s.inputs; ++i) {
                        sum += double{what.in[(row * s.width + column) * s.inputs + i]} *
                               double{what.weights[(o * s.inputs + i) * 9 + k]};
                    }
                }
                out.push_back(relu ? std::max(sum, 0.0) : sum);
            }
        }
    }
    return out;
}

constexpr float kUntouched = 77;
constexpr std::size_t kBeyond = 16;

/// With some floats behind, which must stay as they are.
std::vector<float> filtered(const FilteringCase& what, bool relu, VectorWidth width) {
    const auto& s = what.shape;
    const WinogradConvolution filtering(s, what.weights, what.bias, relu, width);
    const auto scratch = make_large_buffer(filtering.scratch_bytes());
    std::memset(scratch.get(), 0xFF, filtering.scratch_bytes());  // NaN: what is not written must not be read
    std::vector<float> out(s.out_height() * s.out_width() * s.outputs + kBeyond, kUntouched);
    filtering.run(what.in.data(), out.data(), scratch.get());
    return out;
}

std::vector<VectorWidth> widths() {
    std::vector<VectorWidth> all = {VectorWidth::sse, VectorWidth::avx2, VectorWidth::avx512};
    std::erase_if(all, [](VectorWidth width) { return width > widest_vectors(); });
    return all;
}

class Filtering : public ::testing::TestWithParam<FilteringShape> {};

TEST_P(Filtering, GivesWhatAConvolutionGives) {
    const auto what = random_case(GetParam());
    for (const bool relu : {true, false}) {
        const auto expected = convolve(what, relu);
        for (const auto width : widths()) {
            SCOPED_TRACE(to_string(width));
            const auto seen = filtered(what, relu, width);
            for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(seen[i], expected[i], 5e-5) << i;
            for (std::size_t i = 0; i < kBeyond; ++i) ASSERT_EQ(seen[expected.size() + i], kUntouched);
        }
    }
}

TEST_P(Filtering, GivesTheSameBitsAgain) {
    const auto what = random_case(GetParam());
    for (const auto width : widths()) EXPECT_EQ(filtered(what, true, width), filtered(what, true, width));
}

INSTANTIATE_TEST_SUITE_P(Winograd, Filtering,
                         ::testing::Values(FilteringShape{16, 32, 8, 8, 1},    // all fits
                                           FilteringShape{32, 64, 28, 28, 1},  // more patches than a chunk holds
                                           FilteringShape{64, 48, 14, 14, 1},  // patches reach beyond the picture
                                           FilteringShape{32, 224, 7, 7, 1},   // outputs end within a panel
                                           FilteringShape{32, 32, 37, 23, 0},  // odd, without padding
                                           FilteringShape{3, 5, 9, 11, 0},     // channels that fill no vector
                                           FilteringShape{20, 37, 5, 4, 1},    // the same, padded
                                           FilteringShape{7, 1, 3, 3, 0},      // a single pixel comes out
                                           FilteringShape{16, 16, 1, 1, 1}));  // and goes in

}  // namespace
}  // namespace slidetype
