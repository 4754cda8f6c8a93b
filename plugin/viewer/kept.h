#pragma once

#include <algorithm>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace slidetype::viewer {

/// Keeps the few values that were asked for last. Thread-safe; while one is made, others wait.
template <class T>
class Kept {
  public:
    explicit Kept(std::size_t limit) : limit_(limit) {}

    /// The value of `key`; where it is not kept, make() gives it (a shared_ptr, or it throws and nothing is kept).
    template <class Make>
    std::shared_ptr<const T> get(const std::string& key, Make make) {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find(entries_, key, &Entry::key);
        if (found != entries_.end()) {
            entries_.splice(entries_.begin(), entries_, found);
        } else {
            entries_.push_front({key, make()});
            if (entries_.size() > limit_) entries_.pop_back();
        }
        return entries_.front().value;
    }

  private:
    struct Entry {
        std::string key;
        std::shared_ptr<const T> value;
    };
    std::mutex mutex_;
    std::size_t limit_;
    std::list<Entry> entries_;  ///< used last first
};

}  // namespace slidetype::viewer
