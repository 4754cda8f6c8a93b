#include "plugin/batch/slide_list.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "model/data/manifest.h"
#include "plugin/analysis/full_name.h"
#include "plugin/batch/folder_walk.h"
#include "plugin/results/result_folder.h"
#include "tiler/slides/file_kind.h"
#include "tiler/slides/slide_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// Takes the files of DICOM out of those below a folder. A slide that has a folder for itself is that folder: its name
/// tells more than those of the files, which are numbers as a rule.
void add_slide_parts(std::vector<fs::path>& files, FoundSlides& found) {
    std::map<fs::path, std::vector<fs::path>> by_folder;
    std::set<fs::path> with_others;
    std::erase_if(files, [&](const fs::path& file) {
        if (!is_slide_part(file)) {
            if (is_named_like_slide(file)) with_others.insert(file.parent_path());
            return false;
        }
        by_folder[file.parent_path()].push_back(file);
        return true;
    });
    for (const auto& [folder, parts] : by_folder) {
        auto sorted = sort_slide_parts(parts);
        const bool alone = sorted.slides.size() == 1 && sorted.suspects.empty() && !with_others.contains(folder);
        if (alone) sorted.slides.front() = folder;
        std::ranges::move(sorted.slides, std::back_inserter(found.slides));
        std::ranges::move(sorted.suspects, std::back_inserter(found.suspects));
        std::ranges::move(sorted.others, std::back_inserter(found.ignored));
    }
}

/// What lies below a folder, as slides, suspects and others. Folders with results of ours are passed over.
void add_folder(const fs::path& folder, PicturesBelowFolders pictures, FoundSlides& found) {
    auto content = walk_folder(folder, [](const fs::path& each) {
        std::error_code error;
        return fs::exists(each / kSourceFile, error);
    });
    const auto before = static_cast<std::ptrdiff_t>(found.slides.size());
    add_slide_parts(content.files, found);
    for (auto& file : content.files) {
        const auto kind = kind_of_file(file);
        const bool picture = kind == FileKind::picture, taken = picture && pictures == PicturesBelowFolders::taken;
        if (picture && !taken) ++found.pictures_left_out;
        auto& list = kind == FileKind::slide || taken ? found.slides
                     : kind == FileKind::suspect      ? found.suspects
                                                      : found.ignored;
        list.push_back(std::move(file));
    }
    std::erase_if(content.unreachable,
                  [](const fs::path& path) { return is_of_the_system(path) && !is_named_like_slide(path); });
    std::ranges::move(content.unreachable, std::back_inserter(found.suspects));
    std::ranges::move(content.others, std::back_inserter(found.ignored));
    std::ranges::move(content.problems, std::back_inserter(found.problems));
    std::sort(found.slides.begin() + before, found.slides.end());
    std::ranges::sort(found.suspects);
}

/// Any file of a DICOM slide stands for it, and a pattern names all of them: each slide is taken once.
std::vector<fs::path> without_repeated_parts(std::vector<fs::path> paths) {
    std::map<fs::path, std::vector<fs::path>> by_folder;
    for (const auto& path : paths) {
        if (is_slide_part(path)) by_folder[path.parent_path()].push_back(path);
    }
    std::set<fs::path> repeated;
    for (const auto& [folder, parts] : by_folder) {
        if (parts.size() < 2) continue;
        repeated.insert(parts.begin(), parts.end());
        const auto sorted = sort_slide_parts(parts);
        for (const auto* kept : {&sorted.slides, &sorted.others, &sorted.suspects}) {
            for (const auto& path : *kept) repeated.erase(path);
        }
    }
    std::erase_if(paths, [&](const fs::path& path) { return repeated.contains(path); });
    return paths;
}

}  // namespace

FoundSlides find_slides(std::span<const fs::path> paths, PicturesBelowFolders pictures) {
    FoundSlides found;
    for (auto& path : without_repeated_parts(expand_patterns(paths))) {
        std::error_code error;
        if (fs::is_directory(path, error)) {
            add_folder(path, pictures, found);
        } else {
            found.slides.push_back(std::move(path));
        }
    }
    std::set<std::string> seen;
    std::erase_if(found.slides, [&](const fs::path& slide) { return !seen.insert(full_name(slide)).second; });
    return found;
}

SlideList list_slides(std::span<const fs::path> arguments, PicturesBelowFolders pictures) {
    SlideList list;
    for (const auto& path : without_repeated_parts(expand_patterns(arguments))) {
        if (is_named_like_table(path)) {
            std::ranges::move(read_batch_manifest(path, list.problems), std::back_inserter(list.slides));
            continue;
        }
        auto found = find_slides({&path, 1}, pictures);
        std::ranges::merge(found.slides, found.suspects, std::back_inserter(list.slides));
        std::ranges::move(found.ignored, std::back_inserter(list.ignored));
        list.pictures_left_out += found.pictures_left_out;
        std::ranges::move(found.problems, std::back_inserter(list.problems));
    }
    std::set<std::pair<std::string, std::string>> seen;
    std::erase_if(list.slides, [&](const BatchSlide& slide) {
        return !seen.insert({full_name(slide.path), slide.name}).second;
    });
    return list;
}

}  // namespace slidetype
