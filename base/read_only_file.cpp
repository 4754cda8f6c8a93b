#include "base/read_only_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace slidetype {

std::optional<ReadOnlyFile> ReadOnlyFile::open(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return std::nullopt;
    struct stat status {};
    const bool regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    ReadOnlyFile file(descriptor, regular ? static_cast<std::uint64_t>(status.st_size) : 0);
    if (!regular) return std::nullopt;
    return file;
}

ReadOnlyFile::~ReadOnlyFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

ReadOnlyFile::ReadOnlyFile(ReadOnlyFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

ReadOnlyFile& ReadOnlyFile::operator=(ReadOnlyFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_, other.size_);
    return *this;
}

bool ReadOnlyFile::read(std::uint64_t offset, std::span<std::uint8_t> to) const {
    if (offset > size_ || to.size() > size_ - offset) return false;
    for (std::size_t done = 0; done < to.size();) {
        const auto count =
            ::pread(descriptor_, to.data() + done, to.size() - done, static_cast<::off_t>(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;  // an error, or the file has been cut meanwhile
        done += static_cast<std::size_t>(count);
    }
    return true;
}

int ReadOnlyFile::duplicate() const {
    return ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
}

}  // namespace slidetype
