#include "base/scratch_folder.h"

#include <stdlib.h>

#include <cstdlib>
#include <system_error>

#include "base/error.h"

namespace slidetype {

std::filesystem::path temporary_folder() {
    std::error_code error;
    auto folder = std::filesystem::temp_directory_path(error);
    if (!error) return folder;
    const char* const named = std::getenv("TMPDIR");
    throw Error(ErrorCode::io, named != nullptr ? named : "/tmp",
                "is to hold temporary files (TMPDIR), and is no folder: " + error.message(),
                "Set TMPDIR to a folder that you may write to.");
}

ScratchFolder::ScratchFolder(const std::string& purpose) {
    auto name = (temporary_folder() / ("slidetype-" + purpose + "-XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw Error(ErrorCode::io, name, "cannot be created", "Set TMPDIR to a folder that you may write to.");
    }
    path_ = name;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace slidetype
