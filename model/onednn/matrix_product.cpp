#include "model/onednn/matrix_product.h"

#include <dnnl.h>

#include <utility>

#include "base/error.h"
#include "model/onednn/one_thread.h"

namespace slidetype {
namespace {

/// Rows and columns as they are multiplied.
std::pair<std::size_t, std::size_t> multiplied_shape(const MatrixView& matrix) {
    return matrix.transposed ? std::pair(matrix.columns, matrix.rows()) : std::pair(matrix.rows(), matrix.columns);
}

char letter_of(const MatrixView& matrix) {
    return matrix.transposed ? 'T' : 'N';
}

}  // namespace

void multiply(const MatrixView& a, const MatrixView& b, std::span<float> out, bool add) {
    const auto [rows, inner] = multiplied_shape(a);
    const auto [inner_b, columns] = multiplied_shape(b);
    if (inner != inner_b || out.size() != rows * columns) {
        throw Error(ErrorCode::internal, "matrix product", "the shapes do not fit each other");
    }
    if (out.empty()) return;
    const OneThread alone;
    const auto dim = [](std::size_t size) { return static_cast<dnnl_dim_t>(size); };
    const auto status =
        dnnl_sgemm(letter_of(a), letter_of(b), dim(rows), dim(columns), dim(inner), 1.0F, a.values.data(),
                   dim(a.columns), b.values.data(), dim(b.columns), add ? 1.0F : 0.0F, out.data(), dim(columns));
    if (status != dnnl_success) throw Error(ErrorCode::internal, "matrix product", "oneDNN cannot compute it");
}

}  // namespace slidetype
