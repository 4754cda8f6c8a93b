#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

namespace slidetype {

/// This machine's name, in letters, digits and '_'; "unknown" where it has none. Thread-safe.
std::string host_name();

/// Tells apart where numbers of processes count: host_name(), and eight digits of a hash of this start of the machine
/// and of the container (whose processes have numbers of their own). Letters, digits and '_'. Thread-safe.
const std::string& process_space();

/// Whether the process of that space and number (as names of files have them) is known to have ended; of other spaces
/// nothing is known. Thread-safe.
bool has_ended(const std::string& space, int process);

/// A file that appears under its name only when it is whole: it is written beside its place under a temporary name,
/// and `commit` flushes it to the disk and renames it. Without `commit` the destructor removes it and an older file of
/// that name stays as it was. One object belongs to one thread.
class AtomicFile {
  public:
    /// Opens the temporary file. Throws Error(io) naming `path`.
    explicit AtomicFile(std::filesystem::path path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    std::ostream& stream() { return stream_; }

    /// The temporary name, for libraries that write a file by its name; stream() is left alone then.
    const std::filesystem::path& temporary() const { return temporary_; }

    /// fsync, rename, fsync of the folder. Throws Error(io) if anything, an earlier write included, failed.
    void commit();

  private:
    std::filesystem::path path_, temporary_;
    std::ofstream stream_;
    bool committed_ = false;
};

/// Whether an error of the operating system stays until somebody changes something: what is forbidden, read-only or no
/// such name. All others, such as a full disk or a server that does not answer, may pass.
bool is_lasting(int error_number);

/// Writes `content` to `path` atomically. Throws Error(io).
void write_file(const std::filesystem::path& path, std::string_view content);

/// Makes the folder, and those above it, where they are not there yet. Throws Error(io).
void create_folders(const std::filesystem::path& folder);

/// The whole file as bytes. Throws Error(not_found), or Error(io) where it cannot be read or is larger than `limit`.
std::string read_file(const std::filesystem::path& path, std::uintmax_t limit = std::uintmax_t{4} << 30);

}  // namespace slidetype
