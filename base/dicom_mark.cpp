#include "base/dicom_mark.h"

#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

namespace slidetype {
namespace fs = std::filesystem;

bool is_dicom_file(const fs::path& file) {
    constexpr std::string_view mark = "DICM";
    std::array<char, 128 + mark.size()> head{};
    std::ifstream stream(file, std::ios::binary);
    stream.read(head.data(), head.size());
    return static_cast<std::size_t>(stream.gcount()) == head.size() && std::string_view(head.data() + 128, 4) == mark;
}

bool has_dicom_files(const fs::path& folder) {
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        std::error_code ignored;
        if (entries->is_regular_file(ignored) && is_dicom_file(entries->path())) return true;
    }
    return false;
}

}  // namespace slidetype
