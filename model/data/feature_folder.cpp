#include "model/data/feature_folder.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/words.h"
#include "model/data/tcga_barcode.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, 2> kHdf5Endings = {".h5", ".hdf5"};
constexpr std::string_view kTensorEnding = ".pt";
constexpr std::array<std::string_view, 20> kSlideEndings = {
    ".svs", ".tif",     ".tiff", ".ndpi", ".ndpis", ".mrxs",    ".scn",    ".bif", ".vms", ".vmu",
    ".vsi", ".svslide", ".dcm",  ".czi",  ".zvi",   ".isyntax", ".qptiff", ".png", ".jpg", ".jpeg"};

bool has_hdf5_ending(const fs::path& file) {
    return std::ranges::find(kHdf5Endings, in_lower_case(file.extension().string())) != kHdf5Endings.end();
}

bool has_slide_ending(const fs::path& file) {
    return std::ranges::find(kSlideEndings, in_lower_case(file.extension().string())) != kSlideEndings.end();
}

bool may_hold_features(const fs::path& folder) {
    const auto name = folder.filename().string();
    return name == "h5_files" || name == "pt_files" || name.starts_with("features_");
}

/// Files and folders of a folder, by name.
std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error))
        entries.push_back(*at);
    if (error) throw Error(ErrorCode::io, folder.string(), "cannot be listed: " + error.message());
    std::ranges::sort(entries);
    return entries;
}

}  // namespace

bool has_feature_ending(const fs::path& file) {
    return has_hdf5_ending(file) || in_lower_case(file.extension().string()) == kTensorEnding;
}

std::string slide_name_of(const fs::path& file) {
    const auto name = file.filename();
    return (has_feature_ending(name) || has_slide_ending(name) ? name.stem() : name).string();
}

FeatureFolder::FeatureFolder(const fs::path& folder) : folder_(folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        throw Error(ErrorCode::not_found, folder.string(),
                    fs::exists(folder, error) ? "is no folder" : "does not exist",
                    "Give the folder that the feature files lie in.");
    }
    std::vector<fs::path> folders = {folder};
    for (const auto& entry : entries_of(folder)) {
        if (entry.is_directory(error) && may_hold_features(entry.path())) folders.push_back(entry.path());
    }
    for (const auto& each : folders) {
        for (const auto& entry : entries_of(each)) {
            if (!has_feature_ending(entry.path()) || !entry.is_regular_file(error)) continue;
            files_[entry.path().stem().string()].push_back(entry.path());
        }
    }
}

std::vector<fs::path> FeatureFolder::of_barcode(const std::string& name) const {
    const auto barcode = tcga_barcode(name);
    if (!barcode || barcode->slide.empty()) return {};
    const bool is_whole_name = barcode->slide.size() == name.size();
    if (!is_whole_name) {
        const auto found = files_.find(barcode->slide);
        return found == files_.end() ? std::vector<fs::path>() : found->second;
    }
    std::vector<fs::path> files;
    const auto begin = barcode->slide + ".";
    for (auto at = files_.lower_bound(begin); at != files_.end() && at->first.starts_with(begin); ++at) {
        files.insert(files.end(), at->second.begin(), at->second.end());
    }
    return files;
}

fs::path FeatureFolder::find(const fs::path& slide) const {
    const auto name = slide_name_of(slide);
    auto found = files_.find(slide.filename().string());
    if (found == files_.end()) found = files_.find(name);
    auto files = found == files_.end() ? of_barcode(name) : found->second;
    if (files.empty()) return {};
    if (std::ranges::any_of(files, has_hdf5_ending)) std::erase_if(files, std::not_fn(has_hdf5_ending));
    if (files.size() == 1) return files.front();
    std::string names;
    for (const auto& file : files) names += (names.empty() ? "" : ", ") + file.lexically_relative(folder_).string();
    throw Error(ErrorCode::bad_data, folder_.string(), "has several feature files of slide " + name + ": " + names,
                "Give the folder of one encoder alone, or name the feature file of each slide in the table.");
}

}  // namespace slidetype
