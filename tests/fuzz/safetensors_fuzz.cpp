// Any bytes as a safetensors file: refused with an Error, or read into tensors that come back from a file written of
// them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "model/network/weights.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slidetype;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        const auto weights = parse_safetensors(bytes, "fuzz");
        const auto again = parse_safetensors(format_safetensors(weights, StorageType::f32), "again");
        if (again.size() != weights.size()) std::abort();
        for (const auto& [name, tensor] : weights) {
            const auto& other = again.at(name);
            if (other.shape != tensor.shape || other.values != tensor.values) std::abort();
        }
    } catch (const Error&) {
    }
    return 0;
}
