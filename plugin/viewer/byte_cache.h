#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace slidetype::viewer {

/// Keeps what was used last, up to a number of bytes. Thread-safe.
class ByteCache {
  public:
    using Value = std::shared_ptr<const std::string>;

    explicit ByteCache(std::size_t limit_bytes) : limit_(limit_bytes) {}

    /// Nothing (null) where it is not kept.
    Value find(const std::string& key) {
        const std::lock_guard lock(mutex_);
        const auto found = places_.find(key);
        if (found == places_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->second;
    }

    /// What is larger than the whole cache is not kept.
    void put(const std::string& key, Value value) {
        const std::lock_guard lock(mutex_);
        if (places_.contains(key) || value->size() > limit_) return;
        used_ += value->size();
        entries_.emplace_front(key, std::move(value));
        places_[key] = entries_.begin();
        while (used_ > limit_) {
            used_ -= entries_.back().second->size();
            places_.erase(entries_.back().first);
            entries_.pop_back();
        }
    }

  private:
    std::mutex mutex_;
    std::size_t limit_, used_ = 0;
    std::list<std::pair<std::string, Value>> entries_;  ///< used last first
    std::unordered_map<std::string, std::list<std::pair<std::string, Value>>::iterator> places_;
};

}  // namespace slidetype::viewer
