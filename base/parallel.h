#pragma once

#include <cstddef>
#include <functional>

namespace slidetype {

/// Calls `work(0) … work(count - 1)` on up to `threads` threads (the caller's own among them) and waits for all.
/// The order is not fixed, so `work` writes only to places of its own. After an exception no new item is begun and the
/// one of the lowest index is thrown again. `model` uses this; folders that have TBB use TBB.
void parallel_for(int threads, std::size_t count, const std::function<void(std::size_t)>& work);

/// The same, and calls `progress(done, count)`, if given, after every item, by one thread at a time.
void parallel_for(int threads, std::size_t count, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t, std::size_t)>& progress);

/// The number of threads to use when the user names none: the processors that this process may run on.
int default_threads();

}  // namespace slidetype
