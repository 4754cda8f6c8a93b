// A line of `environment`:  GDK_PIXBUF_MODULE_FILE loaders.cache
#include "base/bundled_data.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include "base/own_folders.h"

namespace slidetype {

void use_bundled_data() {
    for (const auto& folder : data_folders("bundled")) {
        std::ifstream lines(folder / "environment");
        for (std::string variable, file; lines >> variable >> file;) {
            ::setenv(variable.c_str(), (folder / file).c_str(), 0);
        }
    }
}

}  // namespace slidetype
