#include "cli/stop.h"

#include <csignal>

namespace slidetype {
namespace {

// A signal handler can reach nothing but a global.
volatile std::sig_atomic_t stopping = 0;

void on_signal(int signal) {
    if (stopping != 0) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
    stopping = 1;
}

}  // namespace

void stop_on_signals() {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
}

bool stop_requested() {
    return stopping != 0;
}

}  // namespace slidetype
