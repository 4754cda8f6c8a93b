#pragma once

#include "base/error.h"

namespace slidetype {

/// Whether the same again, later, could go better: what the file system refused, unless permissions did, and memory
/// that the machine did not have. Not what a file holds, what was asked, or a bound that was given.
bool worth_retrying(const Error& error);

}  // namespace slidetype
