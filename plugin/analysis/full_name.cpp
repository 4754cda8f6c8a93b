#include "plugin/analysis/full_name.h"

namespace slidetype {

std::string full_name(const std::filesystem::path& file) {
    return std::filesystem::absolute(file).lexically_normal().string();
}

}  // namespace slidetype
