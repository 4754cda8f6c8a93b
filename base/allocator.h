#pragma once

namespace slidetype {

/// From now on the process keeps the memory that it frees, for its next need, where the C library allows (glibc). A
/// program that trains calls this first: every step makes and drops the same large tensors, and giving each back to the
/// system and having it cleared anew takes a third of the time of `seed`'s training. For programs, not for libraries
/// that live in somebody else's process.
void keep_freed_memory();

}  // namespace slidetype
