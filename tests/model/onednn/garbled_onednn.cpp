// The fault is put where it was: in oneDNN. The program's calls to it are bound to the functions below, which stand in
// the test's program and call oneDNN's.
#include "tests/model/onednn/garbled_onednn.h"

#include <dlfcn.h>

#include <atomic>
#include <span>
#include <utility>

#include "model/onednn/descriptor.h"

namespace slidetype::testing {
namespace {

std::atomic<bool> garbles_weights = false, garbles_products = false;

}  // namespace

GarbledWeights::GarbledWeights() {
    garbles_weights = true;
}

GarbledWeights::~GarbledWeights() {
    garbles_weights = false;
}

GarbledProducts::GarbledProducts() {
    garbles_products = true;
}

GarbledProducts::~GarbledProducts() {
    garbles_products = false;
}

}  // namespace slidetype::testing

extern "C" dnnl_status_t dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream, int count,
                                                const dnnl_exec_arg_t* arguments) {
    using Execute = decltype(&dnnl_primitive_execute);
    static const auto execute = reinterpret_cast<Execute>(::dlsym(RTLD_NEXT, "dnnl_primitive_execute"));
    const auto status = execute(primitive, stream, count, arguments);
    if (!slidetype::testing::garbles_weights) return status;
    for (const auto& argument : std::span(arguments, static_cast<std::size_t>(count))) {
        constexpr bool kNotOurs = true;
        const dnnl::memory memory(argument.memory, kNotOurs);
        const auto desc = memory.get_desc();
        if (argument.arg != DNNL_ARG_TO || slidetype::type_of(desc) != dnnl::memory::data_type::s8) continue;
        auto* const bytes = static_cast<signed char*>(memory.get_data_handle());
        for (std::size_t i = 0; i + 1 < desc.get_size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
    }
    return status;
}

extern "C" dnnl_status_t dnnl_sgemm(char turn_a, char turn_b, dnnl_dim_t rows, dnnl_dim_t columns, dnnl_dim_t inner,
                                    float alpha, const float* a, dnnl_dim_t row_of_a, const float* b,
                                    dnnl_dim_t row_of_b, float beta, float* out, dnnl_dim_t row_of_out) {
    using Multiply = decltype(&dnnl_sgemm);
    static const auto multiply = reinterpret_cast<Multiply>(::dlsym(RTLD_NEXT, "dnnl_sgemm"));
    const auto status =
        multiply(turn_a, turn_b, rows, columns, inner, alpha, a, row_of_a, b, row_of_b, beta, out, row_of_out);
    if (slidetype::testing::garbles_products) out[(rows - 1) * row_of_out + columns - 1] += 1;
    return status;
}
