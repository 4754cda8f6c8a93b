#include "base/own_folders.h"

#include <dlfcn.h>

#include <algorithm>
#include <string>

#include "base/build_paths.h"

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

std::vector<std::filesystem::path> data_folders(const std::filesystem::path& name) {
    std::vector<std::filesystem::path> folders;
    const auto add = [&](const std::filesystem::path& share) {
        std::error_code error;
        auto folder = std::filesystem::weakly_canonical(share / "slidetype" / name, error);
        if (!error && std::filesystem::is_directory(folder, error) && std::ranges::count(folders, folder) == 0) {
            folders.push_back(std::move(folder));
        }
    };
    for (const auto& own : own_folders()) {
        add(own / "../share");
        // A library in lib/x86_64-linux-gnu, as distributions have it.
        const auto text = own.string(), library = "/" + std::string(kLibraryFolder);
        if (text.ends_with(library)) add(text.substr(0, text.size() - library.size()) + "/share");
    }
    add(std::filesystem::path(kInstallPrefix) / kDataFolder);
    return folders;
}

std::string how_to_complete(const std::string& where_installed) {
    for (const auto& own : own_folders()) {
        std::error_code error;
        if (std::filesystem::exists(own / "../CMakeCache.txt", error))
            return "It is not built yet: make program builds it.";
    }
    return where_installed;
}

}  // namespace slidetype
