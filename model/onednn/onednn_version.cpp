#include "model/onednn/onednn_version.h"

#include <dnnl.h>

namespace slidetype {
namespace {

/// oneDNN's names of instructions are sets of bits: newer ones hold those of older ones.
bool holds(dnnl_cpu_isa_t all, dnnl_cpu_isa_t some) {
    return (static_cast<unsigned>(all) & static_cast<unsigned>(some)) == static_cast<unsigned>(some);
}

}  // namespace

std::string onednn_version() {
    const auto* version = dnnl_version();
    return std::to_string(version->major) + "." + std::to_string(version->minor) + "." + std::to_string(version->patch);
}

std::string onednn_instructions() {
    const auto isa = dnnl_get_effective_cpu_isa();
    switch (isa) {
        case dnnl_cpu_isa_sse41:
            return "SSE4.1";
        case dnnl_cpu_isa_avx:
            return "AVX";
        case dnnl_cpu_isa_avx2:
            return "AVX2";
        case dnnl_cpu_isa_avx2_vnni:
            return "AVX2 with VNNI";
        case dnnl_cpu_isa_avx512_core:
            return "AVX-512";
        case dnnl_cpu_isa_avx512_core_vnni:
            return "AVX-512 with VNNI";
        case dnnl_cpu_isa_avx512_core_bf16:
            return "AVX-512 with VNNI and bf16";
        case dnnl_cpu_isa_avx512_core_amx:
            return "AVX-512 with AMX";
        default:  // those that only newer versions know
            if (holds(isa, dnnl_cpu_isa_avx512_core_bf16)) return "AVX-512 with VNNI, bf16 and newer ones";
            if (holds(isa, dnnl_cpu_isa_avx2_vnni)) return "AVX2 with VNNI and newer ones";
            return "the plainest there are";
    }
}

}  // namespace slidetype
