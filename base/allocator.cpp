#include "base/allocator.h"

#include <climits>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace slidetype {

void keep_freed_memory() {
#ifdef __GLIBC__
    mallopt(M_MMAP_MAX, 0);  // no block of its own mapping, which would be unmapped when freed
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    mallopt(M_TOP_PAD, 256 * 1024 * 1024);
#endif
}

}  // namespace slidetype
