#include <array>
#include <cstddef>
#include <vector>

#include "base/random.h"
#include "model/backends/backend_check.h"
#ifdef SLIDETYPE_HAVE_ONEDNN
#include "model/onednn/matrix_product.h"
#endif

namespace slidetype {

#ifdef SLIDETYPE_HAVE_ONEDNN

namespace {

struct ProductShape {
    std::size_t rows, inner, columns;
};

/// Small whole numbers: their products and sums are exact in whatever order.
std::vector<float> whole_numbers(std::size_t count, Random& random) {
    std::vector<float> values(count);
    for (auto& value : values) value = static_cast<float>(static_cast<int>(random.uniform(0, 17)) - 8);
    return values;
}

MatrixView view(const std::vector<float>& values, std::size_t rows, std::size_t columns, bool transposed) {
    return {values, transposed ? rows : columns, transposed};
}

bool is_right(const ProductShape& shape, bool a_transposed, bool b_transposed, bool add) {
    Random random(shape.rows + shape.inner + shape.columns);
    const auto a = whole_numbers(shape.rows * shape.inner, random),
               b = whole_numbers(shape.inner * shape.columns, random);
    auto seen = whole_numbers(shape.rows * shape.columns, random);
    auto expected = seen;
    for (std::size_t row = 0; row < shape.rows; ++row) {
        for (std::size_t column = 0; column < shape.columns; ++column) {
            float sum = add ? expected[row * shape.columns + column] : 0;
            for (std::size_t k = 0; k < shape.inner; ++k) {
                sum += a[a_transposed ? k * shape.rows + row : row * shape.inner + k] *
                       b[b_transposed ? column * shape.inner + k : k * shape.columns + column];
            }
            expected[row * shape.columns + column] = sum;
        }
    }
    multiply(view(a, shape.rows, shape.inner, a_transposed), view(b, shape.inner, shape.columns, b_transposed), seen,
             add);
    return seen == expected;
}

}  // namespace

std::string check_products() {
    // Sizes that fill no block of anybody's, and those of heads over a few tiles.
    constexpr std::array<ProductShape, 4> kShapes = {{{1, 1, 1}, {5, 7, 3}, {33, 65, 17}, {12, 224, 128}}};
    for (const auto& shape : kShapes) {
        for (const bool a_transposed : {false, true}) {
            for (const bool b_transposed : {false, true}) {
                for (const bool add : {false, true}) {
                    if (is_right(shape, a_transposed, b_transposed, add)) continue;
                    return "products of matrices of " + std::to_string(shape.rows) + " x " +
                           std::to_string(shape.inner) + " and " + std::to_string(shape.inner) + " x " +
                           std::to_string(shape.columns) + " numbers come out wrong";
                }
            }
        }
    }
    return {};
}

#else

std::string check_products() {
    return {};
}

#endif

}  // namespace slidetype
