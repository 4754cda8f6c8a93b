#pragma once

#include <filesystem>
#include <vector>

namespace slidetype {

/// A shared library that slidetype ships with and loads when it is first needed, so that programs do not pay for it
/// before they use it.
struct OwnModule {
    const char* what;                                      ///< for messages, such as "libtorch module"
    const char* file_name;                                 ///< such as "libslidetype_torch.so"
    const char* symbol;                                    ///< the one function that it shows
    const char* environment;                               ///< the variable that may name the file instead
    const char* advice = "Install slidetype completely.";  ///< where an installed one cannot be loaded
};

/// Loads the module and gives the address of its symbol. Looks at the environment, beside this code, beside the program
/// (../lib/slidetype), and at the place of installation. Never unloaded. Thread-safe; callers keep the address.
/// Throws Error(unsupported) naming what was tried.
void* load_own_module(const OwnModule& module);

/// Where a module of this name is looked for, most specific first: beside this code, beside the program
/// (../lib/slidetype), and at the place of installation. Thread-safe.
std::vector<std::filesystem::path> own_module_places(const char* file_name);

}  // namespace slidetype
