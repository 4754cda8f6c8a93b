#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

namespace slidetype {

/// What a slide may keep: a row of file tiles of a wide slide.
inline constexpr std::size_t kFileTileCacheBytes = std::size_t{48} << 20;

/// Pixels of file tiles that lie across the border of what was read, for the neighbour to be read next. The oldest go
/// first. Thread-safe: the lock is held for the look-up only.
class FileTileCache {
  public:
    using Pixels = std::shared_ptr<const std::vector<std::uint8_t>>;
    struct Key {
        int level = 0, shrink = 1;
        std::size_t tile = 0;
        bool operator<(const Key& other) const {
            return std::tie(level, shrink, tile) < std::tie(other.level, other.shrink, other.tile);
        }
    };

    explicit FileTileCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// Null where the tile is not there.
    Pixels find(const Key& key) const;
    /// Keeps the tile unless it is there already or larger than all the cache.
    void keep(const Key& key, Pixels pixels);
    std::size_t bytes() const;

  private:
    const std::size_t most_bytes_;
    mutable std::mutex mutex_;
    std::map<Key, Pixels> tiles_;
    std::list<Key> oldest_first_;
    std::size_t bytes_ = 0;
};

}  // namespace slidetype
