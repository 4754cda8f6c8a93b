#include "model/onednn/onednn_version.h"

#include <dnnl.h>

namespace slidetype {

std::string onednn_version() {
    const auto* version = dnnl_version();
    return std::to_string(version->major) + "." + std::to_string(version->minor) + "." + std::to_string(version->patch);
}

std::string onednn_instructions() {
    switch (dnnl_get_effective_cpu_isa()) {
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
        default:
            return "the plainest there are";
    }
}

}  // namespace slidetype
