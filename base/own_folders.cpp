#include "base/own_folders.h"

#include <dlfcn.h>

#include <algorithm>

namespace slidetype {

std::vector<std::filesystem::path> own_folders() {
    std::vector<std::filesystem::path> folders;
    const auto add = [&](const std::filesystem::path& file) {
        std::error_code error;
        const auto folder = std::filesystem::canonical(file, error).parent_path();
        if (!error && std::ranges::count(folders, folder) == 0) folders.push_back(folder);
    };
    Dl_info info{};
    // In a program the name is as it was called, which may be found in PATH only; that has /proc below.
    const bool found = ::dladdr(reinterpret_cast<void*>(&own_folders), &info) != 0 && info.dli_fname != nullptr;
    if (found && std::filesystem::path(info.dli_fname).is_absolute()) add(info.dli_fname);
    add("/proc/self/exe");
    return folders;
}

}  // namespace slidetype
