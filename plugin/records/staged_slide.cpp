// DISK/slidetype-stage-SPACE-PID-N/staged-by.json   the process
//                                /slide/…           the files as they lie beside one another
#include "plugin/records/staged_slide.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <memory>
#include <regex>

#include "base/atomic_file.h"
#include "plugin/records/slide_lock.h"
#include "tiler/slides/companions.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kStagePrefix = "slidetype-stage-";
constexpr const char* kStageMark = "staged-by.json";
constexpr std::uintmax_t kLargestMark = 1U << 16;
constexpr std::uintmax_t kRoomToSpare = std::uintmax_t{64} << 20;  ///< bytes; others write to the disk, too
constexpr std::size_t kCopiedAtOnce = std::size_t{4} << 20;
constexpr auto kLeftoverAge = std::chrono::hours(24);

[[noreturn]] void fail_to(const std::string& what, const fs::path& file, int reason) {
    throw Error(ErrorCode::io, file.string(), what + ": " + std::strerror(reason),
                "--stage needs a disk that takes two slides at a time; without it slides are read where they lie.")
        .lasting(is_lasting(reason));
}

class Descriptor {
  public:
    Descriptor(const fs::path& file, int flags, const std::string& what) : value_(::open(file.c_str(), flags, 0600)) {
        if (value_ < 0) fail_to(what, file, errno);
    }
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return value_; }

  private:
    int value_;
};

/// All of `bytes`, however often the system takes a part.
void write_all(int descriptor, const char* bytes, std::size_t count, const fs::path& file) {
    while (count > 0) {
        const auto written = ::write(descriptor, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) fail_to("cannot be written", file, errno);
        bytes += written;
        count -= static_cast<std::size_t>(written);
    }
}

std::uintmax_t copy_file(const fs::path& from, const fs::path& to, const std::function<bool()>& stop_requested) {
    const Descriptor source(from, O_RDONLY | O_CLOEXEC, "cannot be opened for reading");
    const Descriptor target(to, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, "cannot be created");
    const auto buffer = std::make_unique<char[]>(kCopiedAtOnce);
    std::uintmax_t copied = 0;
    for (;;) {
        if (stop_requested && stop_requested()) throw Error(ErrorCode::cancelled, "", "stopped on request");
        const auto count = ::read(source.get(), buffer.get(), kCopiedAtOnce);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_to("cannot be read", from, errno);
        if (count == 0) return copied;
        write_all(target.get(), buffer.get(), static_cast<std::size_t>(count), to);
        copied += static_cast<std::uintmax_t>(count);
    }
}

/// Whether it holds nothing, but for a mark that was not written to its end.
bool is_bare(const fs::path& folder) {
    std::error_code error;
    const fs::directory_iterator entries(folder, error);
    return !error && std::all_of(begin(entries), end(entries), [](const fs::directory_entry& each) {
        return each.path().filename().string().starts_with(std::string(kStageMark) + ".tmp-");
    });
}

/// A folder without a mark: its process was killed before it was written, or after it was removed. Then the folder's
/// name says whose it was.
bool is_bare_leftover(const fs::path& folder) {
    static const std::regex pattern(R"(slidetype-stage-(\w+)-([0-9]{1,9})-[0-9]+)");
    const auto name = folder.filename().string();
    std::smatch parts;
    return name.size() < 512 && std::regex_match(name, parts, pattern) && has_ended(parts[1], std::stoi(parts[2])) &&
           is_bare(folder);
}

/// Whether the folder is one of ours whose process is no more.
bool is_stage_leftover(const fs::directory_entry& entry) {
    std::error_code error;
    if (!entry.path().filename().string().starts_with(kStagePrefix) || entry.is_symlink(error) ||
        !entry.is_directory(error))
        return false;
    const auto mark = entry.path() / kStageMark;
    struct stat status {};
    if (::lstat(entry.path().c_str(), &status) != 0 || status.st_uid != ::geteuid()) return false;
    if (::lstat(mark.c_str(), &status) != 0) return errno == ENOENT && is_bare_leftover(entry.path());
    if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid()) return false;
    const auto owner = parse_identity(read_file(mark, kLargestMark));
    if (!owner) return false;
    if (const auto alive = is_alive(*owner)) return !*alive;
    return fs::file_time_type::clock::now() - fs::last_write_time(mark) > kLeftoverAge;
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

}  // namespace

StagedSlide::StagedSlide(const fs::path& slide, const fs::path& disk, const std::function<bool()>& stop_requested)
    : slide_(slide), disk_(disk) {
    static std::atomic<unsigned> counter{0};
    folder_ = fs::absolute(disk) / (std::string(kStagePrefix) + process_space() + "-" + std::to_string(::getpid()) +
                                    "-" + std::to_string(counter++));
    try {
        copy_all(stop_requested);
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
        throw;
    }
}

StagedSlide::~StagedSlide() {
    std::error_code ignored;
    // The mark goes last, for without it nobody would dare to remove the rest.
    fs::remove_all(folder_ / "slide", ignored);
    fs::remove_all(folder_, ignored);
}

void StagedSlide::copy_all(const std::function<bool()>& stop_requested) {
    const auto slide = files_of_slide(slide_);
    for (const auto& file : slide.files) {
        std::error_code error;
        bytes_ += fs::file_size(slide.base / file, error);
        if (error) fail_to("cannot be reached", slide.base / file, error.value());
    }
    create_folders(folder_);
    std::error_code error;
    if (const auto room = fs::space(disk_, error); !error && room.available < bytes_ + kRoomToSpare) {
        throw Error(ErrorCode::io, disk_.string(),
                    "has " + std::to_string(room.available >> 20) + " MB of room, and " + slide_.string() + " takes " +
                        std::to_string(bytes_ >> 20) + " MB and some to spare",
                    "Make room there, or run without --stage.")
            .lasting(room.capacity < bytes_ + kRoomToSpare);
    }
    write_file(folder_ / kStageMark, identity_text(this_process()));
    for (const auto& file : slide.files) {
        const auto from = slide.base / file, to = folder_ / "slide" / file;
        create_folders(to.parent_path());
        const auto copied = copy_file(from, to, stop_requested);
        if (copied == fs::file_size(from, error) && !error) continue;
        throw Error(ErrorCode::io, from.string(), "was changed or removed while it was copied",
                    "Wait until slides are copied completely, then run again.");
    }
    path_ = folder_ / "slide" / slide.main;
}

std::string StagedSlide::original_names(std::string text) const {
    const auto there = files_of_slide(slide_).base.string();
    replace_all(text, (folder_ / "slide").string() + "/", there.empty() ? "" : there + "/");
    replace_all(text, (folder_ / "slide").string(), there);
    return text;
}

Error StagedSlide::original_names(const Error& error) const {
    return Error(error.code(), original_names(error.subject()), original_names(error.cause()),
                 original_names(error.hint()))
        .lasting(!error.may_pass());
}

void remove_staged_leftovers(const fs::path& disk) {
    std::error_code error;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(disk, error)) {
        try {
            if (is_stage_leftover(entry)) left.push_back(entry.path());
        } catch (const std::exception&) {
            continue;  // being removed by its owner, or not ours to read
        }
    }
    for (const auto& folder : left) {
        fs::remove_all(folder / "slide", error);
        fs::remove_all(folder, error);
    }
}

}  // namespace slidetype
