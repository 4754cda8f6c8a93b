#include "model/hdf5/reserved_room.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace slidetype {

ReservedRoom::ReservedRoom(const std::filesystem::path& file, std::string subject)
    : subject_(std::move(subject)), descriptor_(::open(file.c_str(), O_RDWR | O_CLOEXEC)) {}

ReservedRoom::~ReservedRoom() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void ReservedRoom::reserve(std::uint64_t bytes) {
    if (descriptor_ < 0 || bytes <= reserved_) return;
    int error = EINTR;
    while (error == EINTR) {
        const auto from = static_cast<off_t>(reserved_), length = static_cast<off_t>(bytes - reserved_);
        error = ::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, from, length) == 0 ? 0 : errno;
    }
    if (error == 0) reserved_ = bytes;
    if (error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO) {
        throw Error(ErrorCode::io, subject_, std::string("could not be written completely: ") + std::strerror(error),
                    "Check that the disk has room and that the folder is writable.");
    }
}

void ReservedRoom::trim() {
    struct stat facts {};
    // Where it fails the file is as good, and somewhat larger on the disk than it says.
    if (descriptor_ >= 0 && reserved_ > 0 && ::fstat(descriptor_, &facts) == 0) {
        (void)!::ftruncate(descriptor_, facts.st_size);
    }
    reserved_ = 0;
}

}  // namespace slidetype
