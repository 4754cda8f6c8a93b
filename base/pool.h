#pragma once

#include <mutex>
#include <utility>
#include <vector>

namespace slidetype {

/// Buffers and the like that any number of threads share, as many as have worked at once. `Handle` is a smart pointer.
/// Thread-safe. What is taken and not given back, as when work throws, is no more of the pool's.
template <typename Handle>
class Pool {
  public:
    /// One that was given back, or what `make()` gives where there is none, made outside of the lock.
    template <typename Make>
    Handle take(Make make) {
        {
            const std::scoped_lock lock(mutex_);
            if (!idle_.empty()) {
                auto handle = std::move(idle_.back());
                idle_.pop_back();
                return handle;
            }
        }
        return make();
    }

    void give_back(Handle handle) {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(handle));
    }

  private:
    std::mutex mutex_;
    std::vector<Handle> idle_;
};

}  // namespace slidetype
