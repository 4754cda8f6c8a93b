#include "cli/stop.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace slidetype {
namespace {

// A signal handler can reach nothing but a global.
volatile std::sig_atomic_t stopping = 0, asked_before = 0;

void on_signal(int signal) {
    stopping = 1;
    // A terminal that is closed sends its signal more than once.
    if (signal == SIGHUP) return;
    if (asked_before != 0) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
    asked_before = 1;
}

}  // namespace

void stop_on_signals() {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    if (std::signal(SIGHUP, on_signal) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() {
    return stopping != 0;
}

void keep_standard_streams_open() {
    // The lowest free number is given to a new file, so this fills the gaps below 3.
    int opened = 0;
    while (opened >= 0 && opened <= STDERR_FILENO) opened = ::open("/dev/null", O_RDWR);
    if (opened > STDERR_FILENO) ::close(opened);
}

}  // namespace slidetype
