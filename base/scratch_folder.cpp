#include "base/scratch_folder.h"

#include <stdlib.h>

#include "base/error.h"

namespace slidetype {

ScratchFolder::ScratchFolder(const std::string& purpose) {
    auto name = (std::filesystem::temp_directory_path() / ("slidetype-" + purpose + "-XXXXXX")).string();
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
