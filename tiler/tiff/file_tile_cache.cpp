#include "tiler/tiff/file_tile_cache.h"

#include <utility>

namespace slidetype {

FileTileCache::Pixels FileTileCache::find(const Key& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = tiles_.find(key);
    return found == tiles_.end() ? nullptr : found->second;
}

void FileTileCache::keep(const Key& key, Pixels pixels) {
    const std::size_t size = pixels->size();
    if (size > most_bytes_) return;
    const std::lock_guard lock(mutex_);
    if (!tiles_.emplace(key, std::move(pixels)).second) return;
    oldest_first_.push_back(key);
    bytes_ += size;
    while (bytes_ > most_bytes_) {
        const auto oldest = tiles_.find(oldest_first_.front());
        bytes_ -= oldest->second->size();
        tiles_.erase(oldest);
        oldest_first_.pop_front();
    }
}

std::size_t FileTileCache::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace slidetype
