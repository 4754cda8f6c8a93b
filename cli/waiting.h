#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/stopwatch.h"

namespace slidetype {

/// Shows on standard error, while it lives, that something is being done that cannot be counted, and for how long: on a
/// terminal redrawn each second, elsewhere a plain line every ten. Nothing is shown of what takes less than a second.
/// The object belongs to one thread, which prints nothing else on a terminal meanwhile.
class Waiting {
  public:
    /// `what`: "finding tissue". `quiet` shows nothing.
    explicit Waiting(std::string what, bool quiet = false);
    ~Waiting();
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

  private:
    void show();

    std::string what_;
    bool terminal_;
    std::mutex mutex_;
    std::condition_variable ended_changed_;
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace slidetype
