// Any bytes as a HDF5 file of features: refused with an Error, or read into a bag that is whole. The HDF5 library
// itself is the system's: it is not instrumented, and seen from outside only.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "base/half.h"
#include "model/feature_files/hdf5_bag.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slidetype;
    const testing::MemoryFile file(data, size);
    try {
        const auto head = read_hdf5_bag(file.path(), true);
        const auto bag = read_hdf5_bag(file.path(), false);
        if (bag.tiles != head.tiles || bag.dimension != head.dimension || bag.origin != head.origin) std::abort();
        if (bag.features.size() != bag.tiles * bag.dimension) std::abort();
        if (!bag.places.empty() && bag.places.size() != bag.tiles) std::abort();
        for (const auto half : bag.features) {
            constexpr float kLargest = 65504;
            if (!(from_half(half) <= kLargest && from_half(half) >= -kLargest)) std::abort();
        }
    } catch (const Error&) {
    }
    return 0;
}
