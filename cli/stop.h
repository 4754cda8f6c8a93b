#pragma once

namespace slidetype {

/// From here on SIGINT, SIGTERM and SIGHUP (the terminal is closed; not under nohup) ask the program to stop at the
/// next good place, which a terminal is told; a second SIGINT or SIGTERM ends it at once. A pipe that nobody reads any
/// more does not (SIGPIPE).
void stop_on_signals();

/// Whether a signal asked to stop. Thread-safe.
bool stop_requested();

/// Whether it was SIGTERM, with which schedulers take a machine back and give another one later; else a person did.
bool stop_was_by_scheduler();

/// Throws Error(cancelled) where one did.
void throw_if_stopped();

/// While one lives, the first signal already ends the program at once: for stages that cannot look whether they are to
/// stop, and of which nothing is lost. A program that was asked to stop before ends here.
class EndAtOnce {
  public:
    EndAtOnce();
    ~EndAtOnce();
    EndAtOnce(const EndAtOnce&) = delete;
    EndAtOnce& operator=(const EndAtOnce&) = delete;
};

/// Opens /dev/null in place of standard streams that are closed, else the next file that is opened would take a
/// stream's place, and messages would be written into results. To be called before any file is opened.
void keep_standard_streams_open();

}  // namespace slidetype
