#include "base/atomic_file.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/sha256.h"

namespace slidetype {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what, int error_number) {
    std::string cause = what;
    if (error_number != 0) cause += std::string(": ") + std::strerror(error_number);
    throw Error(ErrorCode::io, path.string(), cause, "Check that the disk has room and that the folder is writable.")
        .lasting(is_lasting(error_number));
}

/// Flushes a file or a folder that was written through another handle; Linux flushes by inode, so this is enough.
int sync_path(const std::filesystem::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) return errno;
    const int result = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    return result;
}

/// No two writers may share a name, and processes of several machines may write into one folder.
std::filesystem::path temporary_name(const std::filesystem::path& path) {
    static std::atomic<unsigned> counter{0};
    auto name = path;
    name += ".tmp-" + process_space() + "-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    return name;
}

}  // namespace

bool is_lasting(int error_number) {
    switch (error_number) {
        case EACCES:
        case EPERM:
        case EROFS:
        case ENAMETOOLONG:
        case ENOTDIR:
        case EISDIR:
        case ELOOP:
            return true;
        default:
            return false;
    }
}

std::string host_name() {
    std::array<char, 65> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
    std::string out;
    for (const char* c = name.data(); *c != '\0'; ++c) {
        const bool plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z');
        out += plain ? *c : '_';
    }
    return out.empty() ? "unknown" : out;
}

const std::string& process_space() {
    static const std::string space = [] {
        std::string boot;
        std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
        std::error_code error;
        const auto container = std::filesystem::read_symlink("/proc/self/ns/pid", error).string();
        return host_name() + "_" + sha256_hex(boot + " " + container).substr(0, 8);
    }();
    return space;
}

bool has_ended(const std::string& space, int process) {
    return space == process_space() && ::kill(process, 0) != 0 && errno == ESRCH;
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)), temporary_(temporary_name(path_)) {
    errno = 0;
    stream_.open(temporary_, std::ios::binary | std::ios::trunc);
    if (!stream_) fail(path_, "cannot be written", errno);
}

AtomicFile::~AtomicFile() {
    if (committed_) return;
    stream_.close();
    std::error_code ignored;
    std::filesystem::remove(temporary_, ignored);
}

void AtomicFile::commit() {
    errno = 0;
    stream_.close();
    if (!stream_) fail(path_, "could not be written completely", errno);
    if (const int error = sync_path(temporary_, O_RDONLY)) fail(path_, "could not be flushed to the disk", error);
    std::error_code error;
    std::filesystem::rename(temporary_, path_, error);
    if (error) fail(path_, "could not be put in place", error.value());
    committed_ = true;
    // Some file systems do not let a folder be flushed; the file itself is safe already.
    const auto folder = path_.parent_path();
    (void)sync_path(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
}

void write_file(const std::filesystem::path& path, std::string_view content) {
    AtomicFile file(path);
    file.stream().write(content.data(), static_cast<std::streamsize>(content.size()));
    file.commit();
}

void create_folders(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw Error(ErrorCode::io, folder.string(), "cannot be created: " + error.message(),
                    "Choose a folder that you may write to.")
            .lasting(is_lasting(error.value()) || error.value() == EEXIST);
    }
}

std::string read_file(const std::filesystem::path& path, std::uintmax_t limit) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) throw Error(ErrorCode::not_found, path.string(), "does not exist");
    if (!std::filesystem::is_regular_file(path, error)) throw Error(ErrorCode::io, path.string(), "is not a file");
    const auto size = std::filesystem::file_size(path, error);
    if (error) throw Error(ErrorCode::io, path.string(), error.message());
    if (size > limit) throw Error(ErrorCode::io, path.string(), "is too large to be what it claims to be");
    std::ifstream stream(path, std::ios::binary);
    std::string content(size, '\0');
    stream.read(content.data(), static_cast<std::streamsize>(size));
    if (!stream) throw Error(ErrorCode::io, path.string(), "cannot be read", "Check its permissions.");
    return content;
}

}  // namespace slidetype
