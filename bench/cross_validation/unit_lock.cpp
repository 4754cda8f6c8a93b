#include "bench/cross_validation/unit_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"

namespace slidetype::bench {

UnitLock::UnitLock(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644)) {
    if (descriptor_ < 0) throw Error(ErrorCode::io, file.string(), "cannot be created");
    held_ = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
}

UnitLock::~UnitLock() {
    ::close(descriptor_);
}

}  // namespace slidetype::bench
