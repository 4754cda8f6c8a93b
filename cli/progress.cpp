#include "cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "cli/print.h"

namespace slidetype {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr auto kPlainLine = std::chrono::seconds(10);

std::size_t terminal_columns() {
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string bar(double share) {
    const auto full = static_cast<std::size_t>(share * kBarWidth);
    return fmt::format("[{:#<{}}{:.<{}}]", "", full, "", kBarWidth - full);
}

}  // namespace

std::string duration_text(double seconds) {
    if (seconds < 60) return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<long>(seconds + 0.5);
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string size_text(std::uint64_t bytes) {
    if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
    return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

Progress::Progress(std::string title, std::string unit, bool quiet)
    : title_(std::move(title)), unit_(std::move(unit)), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    clear();
}

std::string Progress::line(std::size_t done, std::size_t total, const std::string& note, double seconds) const {
    const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
    const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
    auto text = title_ + " ";
    if (terminal_) text += bar(share) + " ";
    text += fmt::format("{:3.0f} %  {}/{} {}", share * 100, done, total, unit_);
    if (rate > 0) {
        text += fmt::format(", {:.1f}/s, {} left", rate,
                            duration_text(static_cast<double>(total - std::min(done, total)) / rate));
    }
    return note.empty() ? text : text + ", " + note;
}

void Progress::update(std::size_t done, std::size_t total, const std::string& note) {
    if (quiet_) return;
    const auto now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    if (terminal_) {
        if (drawn_ && now - last_ < kRedraw) return;
        auto text = line(done, total, note, seconds);
        const auto columns = terminal_columns();
        if (text.size() >= columns) text.resize(columns - 1);
        print(stderr, "\r\033[K{}", text);
        drawn_ = true;
    } else {
        if (now - last_ < kPlainLine) return;
        print(stderr, "{}\n", line(done, total, note, seconds));
    }
    std::fflush(stderr);
    last_ = now;
}

void Progress::say(const std::string& stage) {
    if (quiet_ || !terminal_) return;
    print(stderr, "\r\033[K{} {} ...", title_, stage);
    std::fflush(stderr);
    drawn_ = true;
}

void Progress::clear() {
    if (!terminal_ || !drawn_) return;
    print(stderr, "\r\033[K");
    std::fflush(stderr);
    drawn_ = false;
}

}  // namespace slidetype
