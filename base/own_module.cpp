#include "base/own_module.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/build_paths.h"
#include "base/error.h"
#include "base/own_folders.h"

namespace slidetype {
namespace fs = std::filesystem;

std::vector<fs::path> own_module_places(const char* file_name) {
    std::vector<fs::path> places;
    const auto add = [&](const fs::path& place) {
        if (std::ranges::count(places, place.lexically_normal()) == 0) places.push_back(place.lexically_normal());
    };
    for (const auto& own : own_folders()) {
        add(own / file_name);                // beside another module
        add(own / "slidetype" / file_name);  // beside the shared library
        add(own / "../lib/slidetype" / file_name);
        add(own / ".." / kLibraryFolder / "slidetype" / file_name);
    }
    add(fs::path(kInstallPrefix) / kLibraryFolder / "slidetype" / file_name);
    return places;
}

namespace {

std::vector<fs::path> candidates(const OwnModule& module) {
    if (const char* named = std::getenv(module.environment)) return {named};
    return own_module_places(module.file_name);
}

}  // namespace

void* load_own_module(const OwnModule& module) {
    std::string tried;
    for (const auto& place : candidates(module)) {
        std::error_code error;
        if (!fs::exists(place, error)) {
            tried += (tried.empty() ? " " : "; ") + place.lexically_normal().string() + ": not there";
            continue;
        }
        void* library = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
        void* symbol = library != nullptr ? ::dlsym(library, module.symbol) : nullptr;
        if (symbol != nullptr) return symbol;
        tried += (tried.empty() ? " " : "; ") + place.lexically_normal().string() + ": " + ::dlerror();
    }
    throw Error(ErrorCode::unsupported, module.what, "cannot be loaded; tried:" + tried,
                how_to_complete(module.advice) + " Or name the file in " + module.environment + ".");
}

}  // namespace slidetype
