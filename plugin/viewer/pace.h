#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "plugin/viewer/http_server.h"

namespace slidetype::viewer {

/// Until when the next piece of a message has to have gone its way: a slow line may take long for all of it, but one
/// that stands still, or that gives a byte now and then to keep the connection, ends.
class Pace {
  public:
    explicit Pace(const HttpLimits& limits) : limits_(limits) {}

    std::chrono::steady_clock::time_point deadline() const {
        const std::chrono::seconds idle(limits_.seconds);
        const std::chrono::seconds whole(moved_ / std::max<std::size_t>(limits_.slowest_bytes_s, 1));
        return std::min(std::chrono::steady_clock::now() + idle, begin_ + idle + whole);
    }
    void add(std::size_t bytes) { moved_ += bytes; }
    std::size_t moved() const { return moved_; }

  private:
    HttpLimits limits_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::size_t moved_ = 0;
};

}  // namespace slidetype::viewer
