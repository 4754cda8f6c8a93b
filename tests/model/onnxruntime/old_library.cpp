// A library that says what an ONNX Runtime before 1.11 says: that it does not have the interface that is asked for.
#include <onnxruntime_c_api.h>

#include <cstdint>

extern "C" __attribute__((visibility("default"))) const OrtApiBase* OrtGetApiBase() noexcept {
    static const OrtApiBase base = {[](std::uint32_t) noexcept -> const OrtApi* { return nullptr; },
                                    []() noexcept -> const char* { return "1.4.0"; }};
    return &base;
}
