#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace slidetype {

/// A process as others can tell it: machine, process and when it began, so that a number that was given anew is not
/// taken for it.
struct ProcessIdentity {
    std::string host;       ///< host_name()
    std::string boot;       ///< the kernel's id of this run of the machine
    std::string pid_space;  ///< numbers of processes count within it (containers have their own)
    long pid = 0;
    unsigned long long start = 0;  ///< clock ticks since the machine was started
    bool operator==(const ProcessIdentity&) const = default;
};
ProcessIdentity this_process();
std::string identity_text(const ProcessIdentity& process);
/// Nothing where the text is not (yet) whole.
std::optional<ProcessIdentity> parse_identity(const std::string& text);
/// Whether the process is at work; nothing can be known (nullopt) of another machine's or container's.
std::optional<bool> is_alive(const ProcessIdentity& process);

/// The right to write into one result folder, among the threads and processes of all machines that share it. The lock
/// is a file `lock-N` in the folder, made by an exclusive create, which is atomic on local and on network file systems;
/// it names its owner. While it is held its time of change is renewed.
///
/// A lock is stale when its process is gone (same machine), or when it was not renewed for `kStale` by the file
/// system's own clock (another machine, of whose processes nothing can be known). A stale lock N is overtaken by
/// creating N + 1, which only one process can; N must still be the same afterwards.
class SlideLock {
  public:
    static constexpr std::chrono::seconds kRenewal{30};
    static constexpr std::chrono::seconds kStale{600};

    /// Nothing where another holds the lock; then `holder` says who ("process 812 on pathology3"). Throws Error(io)
    /// where the folder cannot be written to.
    static std::unique_ptr<SlideLock> acquire(const std::filesystem::path& folder, std::string& holder);

    /// Gives the folder back.
    ~SlideLock();
    SlideLock(const SlideLock&) = delete;
    SlideLock& operator=(const SlideLock&) = delete;

    /// False where another has overtaken the lock, such as after this machine had slept; ask before a result is put in
    /// place. Thread-safe.
    bool is_held() const;

  private:
    SlideLock(std::filesystem::path folder, int number);
    void renew(const std::stop_token& stop);

    std::filesystem::path folder_;
    int number_;
    std::string content_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread renewal_;
};

}  // namespace slidetype
