#include "base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace slidetype {

void parallel_for(int threads, std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    std::mutex mutex;
    std::exception_ptr error;
    std::size_t error_index = count;

    const auto loop = [&] {
        for (std::size_t i = next++; i < count && !failed; i = next++) {
            try {
                work(i);
            } catch (...) {
                const std::lock_guard lock(mutex);
                failed = true;
                if (i < error_index) error_index = i, error = std::current_exception();
            }
        }
    };
    {
        std::vector<std::jthread> helpers;
        const auto wanted = std::min<std::size_t>(threads > 0 ? static_cast<std::size_t>(threads) : 1, count);
        for (std::size_t i = 1; i < wanted; ++i) helpers.emplace_back(loop);
        loop();
    }
    if (error) std::rethrow_exception(error);
}

void parallel_for(int threads, std::size_t count, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t, std::size_t)>& progress) {
    std::mutex mutex;
    std::size_t done = 0;
    parallel_for(threads, count, [&](std::size_t i) {
        work(i);
        const std::lock_guard lock(mutex);
        ++done;
        if (progress) progress(done, count);
    });
}

int default_threads() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace slidetype
