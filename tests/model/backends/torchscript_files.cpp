#include "tests/model/backends/torchscript_files.h"

#include <zip.h>

#include <map>
#include <stdexcept>

namespace slidetype::testing {
namespace {

std::string member(zip_t* archive, zip_uint64_t index) {
    zip_stat_t stat;
    zip_file_t* file = zip_fopen_index(archive, index, 0);
    if (file == nullptr || zip_stat_index(archive, index, 0, &stat) != 0) throw std::runtime_error("zip member");
    std::string bytes(stat.size, '\0');
    const auto got = zip_fread(file, bytes.data(), bytes.size());
    zip_fclose(file);
    if (got != static_cast<zip_int64_t>(bytes.size())) throw std::runtime_error("zip member is short");
    return bytes;
}

}  // namespace

void change_torchscript(const std::filesystem::path& file, const std::string& from, const std::string& to) {
    int error = 0;
    zip_t* archive = zip_open(file.c_str(), 0, &error);
    if (archive == nullptr) throw std::runtime_error("zip archive");
    std::map<zip_uint64_t, std::string> changed;
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
        const auto index = static_cast<zip_uint64_t>(i);
        if (!std::string(zip_get_name(archive, index, 0)).ends_with(".py")) continue;
        auto code = member(archive, index);
        const auto at = code.find(from);
        if (at != std::string::npos) changed[index] = code.replace(at, from.size(), to);
    }
    for (const auto& [index, code] : changed) {
        zip_file_replace(archive, index, zip_source_buffer(archive, code.data(), code.size(), 0), 0);
    }
    if (changed.empty() || zip_close(archive) != 0) throw std::runtime_error("nothing to change, or not written");
}

}  // namespace slidetype::testing
