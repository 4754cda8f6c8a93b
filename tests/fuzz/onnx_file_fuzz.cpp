// ONNX files before ONNX Runtime is given them.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "model/onnxruntime/onnx_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        slidetype::require_whole_onnx({reinterpret_cast<const char*>(data), size}, "a.onnx");
    } catch (const slidetype::Error&) {
    }
    return 0;
}
