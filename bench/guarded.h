#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <functional>

#include "base/error.h"

namespace slidetype::bench {

/// What `action` returns; where it throws an Error, that and its hint on stderr, and 1. For the end of a main().
inline int guarded(const std::function<int()>& action) {
    try {
        return action();
    } catch (const Error& error) {
        fmt::print(stderr, "{}\n{}{}", error.what(), error.hint(), error.hint().empty() ? "" : "\n");
        return 1;
    }
}

}  // namespace slidetype::bench
