#include "cli/stop.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

#include "base/error.h"

namespace slidetype {
namespace {

// A signal handler can reach nothing but a global.
volatile std::sig_atomic_t stopping = 0, asked_before = 0, at_once = 0, on_terminal = 0, first_signal = 0;

void end_by(int signal) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void on_signal(int signal) {
    if (stopping == 0) first_signal = signal;
    stopping = 1;
    if (at_once != 0) return end_by(signal);
    // A terminal that is closed sends its signal more than once.
    if (signal == SIGHUP) return;
    if (asked_before != 0) return end_by(signal);
    asked_before = 1;
    if (on_terminal == 0) return;
    constexpr std::string_view kText = "\r\033[KStopping. Once more ends at once.\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText.data(), kText.size());
}

}  // namespace

void stop_on_signals() {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    if (std::signal(SIGHUP, on_signal) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    on_terminal = ::isatty(STDERR_FILENO);
}

bool stop_requested() {
    return stopping != 0;
}

bool stop_was_by_scheduler() {
    return first_signal == SIGTERM;
}

void throw_if_stopped() {
    if (stop_requested()) throw Error(ErrorCode::cancelled, "", "stopped on request");
}

EndAtOnce::EndAtOnce() {
    throw_if_stopped();
    at_once = 1;
}

EndAtOnce::~EndAtOnce() {
    at_once = 0;
}

void keep_standard_streams_open() {
    // The lowest free number is given to a new file, so this fills the gaps below 3.
    int opened = 0;
    while (opened >= 0 && opened <= STDERR_FILENO) opened = ::open("/dev/null", O_RDWR);
    if (opened > STDERR_FILENO) ::close(opened);
}

}  // namespace slidetype
