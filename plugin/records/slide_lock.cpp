#include "plugin/records/slide_lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr std::string_view kPrefix = "lock-";
constexpr std::uintmax_t kLargestLock = 1U << 16;

fs::path lock_file(const fs::path& folder, int number) {
    return folder / (std::string(kPrefix) + std::to_string(number));
}

std::string first_line(const char* file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

struct ProcessStatus {
    bool running = false;  ///< it exists, and has not ended unnoticed by its parent
    unsigned long long start = 0;
};

/// Fields 3 and 22 of /proc/PID/stat; the name in field 2 may hold blanks and brackets, so fields are counted behind
/// it.
ProcessStatus status_of(long pid) {
    const auto line = first_line(("/proc/" + std::to_string(pid) + "/stat").c_str());
    const auto end_of_name = line.rfind(')');
    if (end_of_name == std::string::npos) return {};
    std::istringstream fields(line.substr(end_of_name + 1));
    std::string state, field;
    fields >> state;
    for (int i = 4; i <= 22; ++i) fields >> field;
    return {state != "Z" && state != "X", std::strtoull(field.c_str(), nullptr, 10)};
}

/// The highest lock of the folder, 0 where there is none. (Those below it are stale.)
int highest_lock(const fs::path& folder) {
    int highest = 0;
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    if (error)
        throw Error(ErrorCode::io, folder.string(), "cannot be read: " + error.message())
            .lasting(is_lasting(error.value()));
    for (; entries != fs::directory_iterator(); entries.increment(error)) {
        const auto name = entries->path().filename().string();
        if (!name.starts_with(kPrefix)) continue;
        int number = 0;
        const auto [end, wrong] = std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), number);
        if (wrong == std::errc{} && end == name.data() + name.size()) highest = std::max(highest, number);
    }
    return highest;
}

/// Without flushing it to the disk, for after a crash of the machine no lock holds anyway.
void write_quickly(const fs::path& file, int flags, const std::string& content) {
    const int descriptor = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC | flags, 0666);
    if (descriptor < 0) {
        const int reason = errno;
        Error failure(ErrorCode::io, file.string(), std::string("cannot be created: ") + std::strerror(reason),
                      "Check that the output folder is writable.");
        errno = reason;
        throw failure.lasting(is_lasting(reason));
    }
    const bool written = ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size());
    const bool closed = ::close(descriptor) == 0;
    if (written && closed) return;
    ::unlink(file.c_str());
    throw Error(ErrorCode::io, file.string(), "cannot be written", "Check that the disk has room.");
}

std::string own_name(const std::string& purpose) {
    return "." + purpose + "-" + process_space() + "-" + std::to_string(::getpid()) + "-" + std::to_string(::gettid());
}

/// False where there is such a file already. The owner's name is in it from the start where the file system has hard
/// links; elsewhere it is empty for a moment.
bool create_exclusively(const fs::path& file, const std::string& content) {
    const auto whole = file.parent_path() / own_name("new");
    write_quickly(whole, O_TRUNC, content);
    const int linked = ::link(whole.c_str(), file.c_str());
    const int reason = errno;
    ::unlink(whole.c_str());
    if (linked == 0) return true;
    if (reason == EEXIST || fs::exists(file)) return false;
    try {
        write_quickly(file, O_EXCL, content);
    } catch (const Error&) {
        if (errno == EEXIST) return false;
        throw;
    }
    return true;
}

/// By the clock of the file system on both sides, so machines whose clocks differ agree. A lock from the future was not
/// renewed since that clock was put back.
bool is_overdue(const fs::path& lock) {
    const auto probe = lock.parent_path() / own_name("now");
    write_quickly(probe, O_TRUNC, "");
    struct stat now {
    }, then{};
    const bool known = ::stat(probe.c_str(), &now) == 0 && ::stat(lock.c_str(), &then) == 0;
    ::unlink(probe.c_str());
    return known && std::abs(now.st_mtim.tv_sec - then.st_mtim.tv_sec) > SlideLock::kStale.count();
}

std::string read_lock(const fs::path& file) {
    try {
        return read_file(file, kLargestLock);
    } catch (const Error&) {
        return {};  // given back meanwhile
    }
}

}  // namespace

std::string identity_text(const ProcessIdentity& process) {
    const json out = {{"host", process.host},
                      {"boot", process.boot},
                      {"pid_space", process.pid_space},
                      {"pid", process.pid},
                      {"process_start_ticks", process.start}};
    return out.dump(2) + "\n";
}

std::optional<ProcessIdentity> parse_identity(const std::string& text) {
    const auto from = json::parse(text, nullptr, false);
    if (!from.is_object()) return std::nullopt;
    try {
        return ProcessIdentity{from.at("host"), from.at("boot"), from.at("pid_space"), from.at("pid"),
                               from.at("process_start_ticks")};
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

ProcessIdentity this_process() {
    std::error_code error;
    const auto pid = static_cast<long>(::getpid());
    return {host_name(), first_line("/proc/sys/kernel/random/boot_id"),
            fs::read_symlink("/proc/self/ns/pid", error).string(), pid, status_of(pid).start};
}

std::optional<bool> is_alive(const ProcessIdentity& process) {
    const auto here = this_process();
    const bool same_machine = process.host == here.host && process.boot == here.boot && !here.boot.empty() &&
                              process.pid_space == here.pid_space;
    if (!same_machine) return std::nullopt;
    const auto status = status_of(process.pid);
    return status.running && status.start == process.start;
}

std::unique_ptr<SlideLock> SlideLock::acquire(const fs::path& folder, std::string& holder) {
    const auto own = identity_text(this_process());
    constexpr int kTries = 5;  // each is lost only where another process has just moved on
    for (int i = 0; i < kTries; ++i) {
        const int highest = highest_lock(folder);
        std::string stale;
        if (highest > 0) {
            const auto file = lock_file(folder, highest);
            stale = read_lock(file);
            const auto owner = parse_identity(stale);
            const auto alive = owner ? is_alive(*owner) : std::nullopt;
            if (alive.value_or(!is_overdue(file))) {
                holder = owner ? "process " + std::to_string(owner->pid) + " on " + owner->host : "another process";
                if (!stale.empty() || fs::exists(file)) return nullptr;
                continue;
            }
        }
        if (!create_exclusively(lock_file(folder, highest + 1), own)) continue;
        // What was overtaken must be what was judged, else another had finished and a third begun meanwhile.
        const bool overtaken = highest == 0 || read_lock(lock_file(folder, highest)) == stale;
        if (overtaken && highest_lock(folder) == highest + 1) {
            return std::unique_ptr<SlideLock>(new SlideLock(folder, highest + 1));
        }
        ::unlink(lock_file(folder, highest + 1).c_str());
    }
    holder = "another process";
    return nullptr;
}

SlideLock::SlideLock(fs::path folder, int number)
    : folder_(std::move(folder)),
      number_(number),
      content_(identity_text(this_process())),
      renewal_([this](const std::stop_token& stop) { renew(stop); }) {}

SlideLock::~SlideLock() {
    renewal_.request_stop();
    renewal_.join();
    if (!is_held()) return;
    // The own one last: while it is there nobody can take a number below it for the highest.
    std::error_code ignored;
    for (int number = 1; number <= number_; ++number) fs::remove(lock_file(folder_, number), ignored);
}

bool SlideLock::is_held() const {
    try {
        return highest_lock(folder_) == number_ && read_lock(lock_file(folder_, number_)) == content_;
    } catch (const Error&) {
        return false;  // the folder is gone
    }
}

void SlideLock::renew(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, stop, kRenewal, [] { return false; }) && !stop.stop_requested()) {
        (void)::utimensat(AT_FDCWD, lock_file(folder_, number_).c_str(), nullptr, 0);
    }
}

}  // namespace slidetype
