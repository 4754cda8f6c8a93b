#pragma once

#include <gtest/gtest.h>

#include "base/error.h"

namespace slidetype::testing {

/// Runs `action` and returns the Error that it throws; fails the test where it throws none.
template <typename Action>
Error error_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no Error was thrown";
    return Error(ErrorCode::internal, "", "nothing was thrown");
}

/// The code of the Error that `action` throws.
template <typename Action>
ErrorCode code_of(Action action) {
    return error_of(action).code();
}

}  // namespace slidetype::testing
