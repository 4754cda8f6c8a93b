#pragma once

#include <cstddef>
#include <memory>

namespace slidetype {

/// `bytes` of memory, aligned to 64, with nothing in particular in them. Many megabytes are asked of the system in huge
/// pages, where it has them: that a page is given at its first touch takes longer than packing weights into it. Throws
/// std::bad_alloc.
std::shared_ptr<std::byte> make_large_buffer(std::size_t bytes);

}  // namespace slidetype
