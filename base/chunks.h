#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace slidetype {

/// Into how many chunks of `size` items `count` items are cut; the last may be smaller.
inline std::size_t chunk_count(std::size_t count, std::size_t size) {
    return (count + size - 1) / size;
}

/// Chunk `index` of them; empty beyond the last.
template <class T>
std::span<T> chunk(std::span<T> items, std::size_t size, std::size_t index) {
    const auto begin = std::min(index * size, items.size());
    return items.subspan(begin, std::min(size, items.size() - begin));
}

}  // namespace slidetype
