// MIRAX   case.mrxs (a JPEG), case/Slidedat.ini, which names case/Index.dat and case/Data0000.dat …
// VMS     case.vms, a text of name = value with MapFile and ImageFile, ImageFile(1,0) …, beside it; VMU the same
// VSI     case.vsi and the folder _case_
#include "tiler/slides/companions.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <system_error>

#include "base/dicom_mark.h"
#include "base/error.h"
#include "base/words.h"
#include "tiler/dicom/dicom_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kMostTextBytes = std::uintmax_t{16} << 20;
constexpr int kMostLinks = 40;  // as the kernel has it

bool is_there(const fs::path& file) {
    std::error_code error;
    return fs::exists(file, error);
}

/// The lines `name = value` of a text, sections put together.
std::multimap<std::string, std::string> entries_of(const fs::path& file) {
    std::multimap<std::string, std::string> entries;
    std::error_code error;
    if (const auto bytes = fs::file_size(file, error); error || bytes > kMostTextBytes) return entries;
    std::ifstream stream(file, std::ios::binary);
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
        const auto equals = line.find('=');
        if (equals == std::string::npos) continue;
        entries.emplace(trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
    }
    return entries;
}

/// Names relative to the folder of the file.
std::set<std::string> names_in_mirax(const fs::path& file) {
    const auto folder = file.stem().string();
    std::set<std::string> names = {folder + "/Slidedat.ini"};
    for (const auto& [name, value] : entries_of(file.parent_path() / folder / "Slidedat.ini")) {
        const bool data = name.starts_with("FILE_") && name.find_first_not_of("0123456789", 5) == std::string::npos;
        if ((data || name == "INDEXFILE") && !value.empty()) names.insert(folder + "/" + value);
    }
    return names;
}

std::set<std::string> names_in_hamamatsu(const fs::path& file) {
    std::set<std::string> names;
    for (const auto& [name, value] : entries_of(file)) {
        // ImageFile(2,1,0) belongs to focal plane 2; only the first is read.
        const bool first_plane = std::ranges::count(name, ',') < 2 || name.starts_with("ImageFile(0,");
        if ((name.starts_with("ImageFile") || name == "MapFile") && first_plane && !value.empty()) names.insert(value);
    }
    return names;
}

std::set<std::string> names_beside(const fs::path& file) {
    const auto ending = in_lower_case(file.extension().string());
    if (ending == ".mrxs") return names_in_mirax(file);
    if (ending == ".vms" || ending == ".vmu") return names_in_hamamatsu(file);
    if (ending == ".vsi") return {"_" + file.stem().string() + "_"};
    return {};
}

Companions look_beside(const fs::path& file) {
    Companions found{file, {}, 0};
    const auto names = names_beside(file);
    found.wanted = names.size();
    std::ranges::copy_if(names, std::back_inserter(found.missing),
                         [&](const auto& name) { return !is_there(file.parent_path() / name); });
    return found;
}

/// The files of one slide, and what stands beside them and is told of it; where it is not one slide, all.
std::vector<fs::path> dicom_files(const fs::path& slide, const fs::path& folder) {
    std::vector<fs::path> files;
    try {
        const auto found = dicom_slide_at(slide);
        for (const auto& picture : found.pictures) files.push_back(folder / picture.path.filename());
        for (const auto& name : found.unreadable) files.push_back(folder / name);
    } catch (const Error&) {
        files.clear();
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder.empty() ? fs::path(".") : folder, error)) {
            if (is_dicom_file(entry.path())) files.push_back(folder / entry.path().filename());
        }
    }
    return files;
}

void add_below(const fs::path& folder, const fs::path& base, std::vector<fs::path>& files) {
    std::error_code error;
    for (auto each = fs::recursive_directory_iterator(folder, error); each != fs::recursive_directory_iterator();
         each.increment(error)) {
        if (error) break;
        if (std::error_code unknown; each->is_regular_file(unknown))
            files.push_back(each->path().lexically_relative(base));
    }
}

/// A path without its last slash.
fs::path without_slash(const fs::path& path) {
    return path.has_filename() ? path : path.parent_path();
}

}  // namespace

SlideFiles files_of_slide(const fs::path& slide) {
    std::error_code error;
    SlideFiles all;
    const auto given = without_slash(slide);
    const auto main = fs::is_directory(given, error) ? given : companions_of(given).main;
    all.base = main.parent_path();
    all.main = main.filename();
    const bool is_folder = fs::is_directory(main, error);
    if (is_folder ? has_dicom_files(main) : is_dicom_file(main)) {
        for (const auto& file : dicom_files(main, is_folder ? main : all.base)) {
            if (fs::is_regular_file(file, error))
                all.files.push_back(all.base.empty() ? file : file.lexically_relative(all.base));
        }
    } else if (is_folder) {
        add_below(main, all.base, all.files);
    } else {
        all.files.push_back(all.main);
        for (const auto& name : names_beside(main)) {
            if (const auto beside = all.base / name; fs::is_directory(beside, error)) {
                add_below(beside, all.base, all.files);
            } else if (fs::is_regular_file(beside, error)) {
                all.files.emplace_back(name);
            }
        }
    }
    std::ranges::sort(all.files);
    return all;
}

Companions companions_of(const fs::path& file) {
    const auto first = look_beside(file);
    Companions best = first;
    fs::path at = file;
    std::error_code error;
    for (int i = 0; i < kMostLinks && !best.missing.empty() && fs::is_symlink(at, error); ++i) {
        const auto target = fs::read_symlink(at, error);
        if (error) break;
        at = target.is_absolute() ? target : at.parent_path() / target;
        if (!is_there(at)) break;
        const auto there = look_beside(at);
        if (there.wanted > 0 &&
            (there.missing.empty() || there.missing.size() < best.missing.size() || there.wanted > best.wanted))
            best = there;
    }
    return best;
}

}  // namespace slidetype
