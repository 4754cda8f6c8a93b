#include "model/onednn/large_buffer.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace slidetype {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kCacheLine = 64;

}  // namespace

std::shared_ptr<std::byte> make_large_buffer(std::size_t bytes) {
    const auto page = bytes >= kHugePage / 2 ? kHugePage : kCacheLine;
    const auto rounded = (bytes + page - 1) / page * page;
    const auto memory = static_cast<std::byte*>(std::aligned_alloc(page, rounded));
    if (memory == nullptr) throw std::bad_alloc();
    if (page == kHugePage) (void)madvise(memory, rounded, MADV_HUGEPAGE);  // a wish, no more
    return {memory, std::free};
}

}  // namespace slidetype
