#include "plugin/records/bring_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/atomic_file.h"
#include "base/error.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

void copy_flushed(const fs::path& from, const fs::path& to) {
    std::ifstream source(from, std::ios::binary);
    if (!source) throw Error(ErrorCode::io, from.string(), "cannot be read");
    AtomicFile file(to);
    if (source.peek() != std::ifstream::traits_type::eof()) file.stream() << source.rdbuf();
    if (source.bad()) throw Error(ErrorCode::io, from.string(), "cannot be read");
    file.commit();
}

/// A link in place of what has the name, in one step; false where the file system has no link between the two.
bool link_file(const fs::path& from, const fs::path& to) {
    AtomicFile place(to);  // for its temporary name, which is a leftover's where this process is killed
    ::unlink(place.temporary().c_str());
    if (::link(from.c_str(), place.temporary().c_str()) != 0) {
        if (errno == EXDEV || errno == EPERM || errno == EMLINK || errno == ENOTSUP || errno == EACCES) return false;
        throw Error(ErrorCode::io, to.string(), std::string("cannot be linked: ") + std::strerror(errno));
    }
    // To rename one of two names of a file onto the other does nothing, and the temporary one stays; see AtomicFile.
    if (::rename(place.temporary().c_str(), to.c_str()) != 0)
        throw Error(ErrorCode::io, to.string(), std::string("cannot be put in place: ") + std::strerror(errno));
    return true;
}

}  // namespace

Brought bring_file(const fs::path& from, const fs::path& to, CollectedResults how) {
    if (how == CollectedResults::link && link_file(from, to)) return Brought::linked;
    copy_flushed(from, to);
    return Brought::copied;
}

}  // namespace slidetype
