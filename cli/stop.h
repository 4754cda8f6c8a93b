#pragma once

namespace slidetype {

/// From here on SIGINT and SIGTERM ask the program to stop at the next good place; a second one ends it at once.
void stop_on_signals();

/// Whether a signal asked to stop. Thread-safe.
bool stop_requested();

}  // namespace slidetype
