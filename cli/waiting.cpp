#include "cli/waiting.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <system_error>
#include <utility>

#include "cli/print.h"

namespace slidetype {

Waiting::Waiting(std::string what, bool quiet) : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) == 1) {
    if (quiet) return;
    try {
        thread_ = std::thread([this] { show(); });
    } catch (const std::system_error&) {
        // Without room for a thread there is nothing to be seen, and what is waited for may fit yet.
    }
}

Waiting::~Waiting() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    ended_changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Waiting::show() {
    const auto begin = Clock::now();
    const auto pause = terminal_ ? std::chrono::seconds(1) : std::chrono::seconds(10);
    bool drawn = false;
    std::unique_lock lock(mutex_);
    while (!ended_changed_.wait_for(lock, pause, [this] { return ended_; })) {
        print(stderr, "{}{} … {:.0f} s{}", terminal_ ? "\r\033[K" : "", what_, seconds_since(begin),
              terminal_ ? "" : "\n");
        std::fflush(stderr);
        drawn = terminal_;
    }
    if (drawn) print(stderr, "\r\033[K");
}

}  // namespace slidetype
