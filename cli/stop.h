#pragma once

namespace slidetype {

/// From here on SIGINT, SIGTERM and SIGHUP (the terminal is closed; not under nohup) ask the program to stop at the
/// next good place; a second SIGINT or SIGTERM ends it at once. A pipe that nobody reads any more does not (SIGPIPE).
void stop_on_signals();

/// Whether a signal asked to stop. Thread-safe.
bool stop_requested();

/// Opens /dev/null in place of standard streams that are closed, else the next file that is opened would take a
/// stream's place, and messages would be written into results. To be called before any file is opened.
void keep_standard_streams_open();

}  // namespace slidetype
