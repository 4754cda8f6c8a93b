#include "model/library_versions.h"

#include "model/torch_module.h"

#ifdef SLIDETYPE_HAVE_ONEDNN
#include <dnnl.h>
#endif

#ifdef SLIDETYPE_HAVE_KERAS_LIBRARIES
#include <hdf5.h>
#include <zip.h>
#endif

namespace slidetype {

#ifdef SLIDETYPE_HAVE_ONEDNN

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

#else

std::string onednn_version() {
    return "not built in";
}
std::string onednn_instructions() {
    return "not built in";
}

#endif

std::string keras_library_versions() {
#ifdef SLIDETYPE_HAVE_KERAS_LIBRARIES
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    return "HDF5 " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release) + ", libzip " +
           zip_libzip_version();
#else
    return {};
#endif
}

std::string libtorch_version() {
    return torch_module().describe(Device::automatic);
}

}  // namespace slidetype
