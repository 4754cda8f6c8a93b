#include "plugin/batch/collect_files.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "plugin/results/result_folder.h"

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

bool is_same_record(const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::exists(to / kStateFile, error)) return false;
    return fs::equivalent(from / kStateFile, to / kStateFile, error) ||
           read_file(from / kStateFile) == read_file(to / kStateFile);
}

bool stays_behind(const std::string& name) {
    return name == kStateFile || name == kSourceFile || name.starts_with("lock-") || name.starts_with('.') ||
           name.find(".tmp-") != std::string::npos;
}

}  // namespace

BroughtFiles bring_result(const fs::path& from, const fs::path& to, CollectedResults how) {
    BroughtFiles brought;
    std::error_code error;
    if (!fs::exists(from / kStateFile, error) || is_same_record(from, to)) return brought;
    fs::remove(to / kStateFile, error);  // until all is there, what was there is void
    const auto bring = [&](const std::string& name) {
        if (how == CollectedResults::link && link_file(from / name, to / name)) {
            ++brought.linked;
        } else {
            copy_flushed(from / name, to / name);
            ++brought.copied;
        }
    };
    fs::directory_iterator entries(from, error);
    if (error) throw Error(ErrorCode::io, from.string(), "cannot be read: " + error.message());
    std::vector<std::string> names;
    for (const auto& entry : entries) {
        auto name = entry.path().filename().string();
        if (entry.is_regular_file(error) && !stays_behind(name)) names.push_back(std::move(name));
    }
    for (const auto& name : names) bring(name);
    bring(kStateFile);
    return brought;
}

}  // namespace slidetype
