#pragma once

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <string>

#include "base/error.h"
#include "plugin/analysis/engine.h"
#include "plugin/include/slidetype.h"

// What all functions of the C interface share: handles, and how an exception becomes a status.

struct slidetype_model {
    slidetype::Engine engine;
};

namespace slidetype {

inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Of the thread that asks.
struct LastError {
    std::string text, hint;
};
inline LastError& last_error() {
    thread_local LastError error;
    return error;
}

inline slidetype_status fail(ErrorCode code, const char* text, const char* hint) noexcept {
    try {
        last_error() = {text, hint};
    } catch (...) {
        last_error() = {};  // no memory even for the message
    }
    return static_cast<slidetype_status>(static_cast<int>(code) + 1);
}

/// Runs what may throw; nothing is thrown into C.
template <class Work>
slidetype_status guarded(const Work& work) noexcept {
    try {
        work();
        return SLIDETYPE_OK;
    } catch (const Error& error) {
        return fail(error.code(), error.what(), error.hint().c_str());
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::memory, "not enough memory", "Use fewer threads.");
    } catch (const std::exception& error) {
        return fail(ErrorCode::internal, error.what(), "");
    } catch (...) {
        return fail(ErrorCode::internal, "an unknown exception", "");
    }
}

inline void require(bool condition, const char* what) {
    if (!condition) throw Error(ErrorCode::usage, what, "must not be null or out of range");
}

/// As much of a struct as the caller, who may have been compiled against an older header, has room for.
template <class Struct>
void hand_over(const Struct& from, Struct* to, std::size_t size) {
    require(to != nullptr && size > 0, "the struct to fill");
    std::memcpy(to, &from, std::min(size, sizeof from));
}

}  // namespace slidetype
