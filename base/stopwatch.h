#pragma once

#include <chrono>

namespace slidetype {

using Clock = std::chrono::steady_clock;  ///< for measuring how long something takes

/// Seconds of wall time since `begin`.
inline double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace slidetype
