#include "tests/tools/tile_sources.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/data/manifest.h"

namespace slidetype::tools {
namespace {

namespace fs = std::filesystem;

bool is_picture(const fs::path& file) {
    std::string extension = file.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    constexpr std::array known{".jpeg", ".jpg", ".png", ".tif", ".tiff"};
    return std::find(known.begin(), known.end(), extension) != known.end();
}

std::vector<std::string> lines_of(const fs::path& file) {
    std::istringstream text(read_file(file));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

}  // namespace

TileFiles files_in_folder(const fs::path& folder) {
    if (!fs::is_directory(folder)) throw Error(ErrorCode::not_found, folder.string(), "is not a folder");
    TileFiles files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_regular_file() && is_picture(entry.path())) files.push_back(entry.path());
    }
    if (files.empty()) throw Error(ErrorCode::bad_data, folder.string(), "holds no JPEG, PNG or TIFF files");
    std::sort(files.begin(), files.end());
    return files;
}

TileFiles files_in_list(const fs::path& list) {
    TileFiles files;
    for (const std::string& line : lines_of(list)) files.push_back(list.parent_path() / line);
    if (files.empty()) throw Error(ErrorCode::bad_data, list.string(), "names no file");
    return files;
}

std::map<std::string, std::string> read_folds(const fs::path& groups_csv) {
    const auto manifest = read_manifest(groups_csv, {"file", "fold"});
    std::map<std::string, std::string> folds;
    for (const auto& row : manifest.rows) folds[manifest.at(row, "file")] = manifest.at(row, "fold");
    return folds;
}

TileFiles files_of_fold(const TileFiles& files, const std::map<std::string, std::string>& folds,
                        const std::string& fold) {
    TileFiles chosen;
    for (const fs::path& file : files) {
        const auto absolute = fs::absolute(file).lexically_normal();
        const auto known = folds.find((absolute.parent_path().filename() / absolute.filename()).generic_string());
        if (known != folds.end() && known->second == fold) chosen.push_back(file);
    }
    if (chosen.empty()) {
        throw Error(ErrorCode::bad_data, files.empty() ? "tiles" : files.front().parent_path().string(),
                    "has no file in fold " + fold, "the groups file names files as folder/file");
    }
    return chosen;
}

}  // namespace slidetype::tools
