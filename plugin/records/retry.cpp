#include "plugin/records/retry.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/atomic_file.h"

namespace slidetype {

bool worth_retrying(const Error& error) {
    if (!error.may_pass()) return false;
    if (error.code() != ErrorCode::io || error.subject().empty()) return true;
    // Libraries do not say why they could not open a file, so it is looked at here.
    struct stat status {};
    if (::stat(error.subject().c_str(), &status) != 0) return !is_lasting(errno);
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return false;
    return ::access(error.subject().c_str(), R_OK) == 0 || !is_lasting(errno);
}

}  // namespace slidetype
