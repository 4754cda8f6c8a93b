#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace slidetype {

/// Call it in a catch block: throws what was caught as Error(code) about `subject`, "`what`: the line of libtorch's
/// message that says why", with `hint`. An Error of ours and std::bad_alloc go on as they are. libtorch throws
/// c10::Error in most places, torch::jit::ErrorReport for scripts that it does not understand, and others of the
/// standard library's.
[[noreturn]] void rethrow_from_libtorch(ErrorCode code, const std::string& subject, std::string_view what,
                                        const std::string& hint);

/// What to do about a file that this libtorch cannot load or run.
std::string torchscript_hint();

}  // namespace slidetype
