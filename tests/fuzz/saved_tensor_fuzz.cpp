// Any bytes as what a saved tensor is made of. The first tells what the others are: a pickle (p), a table of numpy (n),
// or the whole archive, whose checksums seldom let anything through (all else).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "model/feature_files/npy_table.h"
#include "model/feature_files/pickle_reader.h"
#include "model/feature_files/saved_tensor.h"
#include "model/feature_files/torch_bag.h"
#include "tests/fuzz/memory_file.h"

namespace {

void check_tensor(const slidetype::SavedTensor& tensor) {
    if (tensor.rows == 0 || tensor.width == 0) return;
    const auto last = tensor.offset + (tensor.rows - 1) * tensor.step + tensor.width;
    if (tensor.step < tensor.width || last > tensor.stored) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slidetype;
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    try {
        if (data[0] == 'p') {
            const auto bag = find_saved_bag(read_pickle(bytes, "fuzz"), "fuzz");
            check_tensor(bag.features);
            if (bag.places) check_tensor(*bag.places);
        } else if (data[0] == 'n') {
            const auto table = read_npy(bytes, "fuzz");
            if (table.numbers.size() != table.rows * table.width) std::abort();
        } else {
            const testing::MemoryFile file(data + 1, size - 1);
            const auto bag = read_torch_bag(file.path(), false);
            if (bag.features.size() != bag.tiles * bag.dimension) std::abort();
        }
    } catch (const Error&) {
    }
    return 0;
}
