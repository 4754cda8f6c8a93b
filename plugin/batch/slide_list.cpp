#include "plugin/batch/slide_list.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "model/data/manifest.h"
#include "plugin/analysis/full_name.h"
#include "plugin/batch/folder_walk.h"
#include "plugin/results/result_folder.h"
#include "tiler/slides/file_kind.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// What lies below a folder, as slides, suspects and others. Folders with results of ours are passed over.
void add_folder(const fs::path& folder, PicturesBelowFolders pictures, FoundSlides& found) {
    auto content = walk_folder(folder, [](const fs::path& each) {
        std::error_code error;
        return fs::exists(each / kSourceFile, error);
    });
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
    std::ranges::sort(found.suspects);
}

}  // namespace

FoundSlides find_slides(std::span<const fs::path> paths, PicturesBelowFolders pictures) {
    FoundSlides found;
    for (auto& path : expand_patterns(paths)) {
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
    for (const auto& path : expand_patterns(arguments)) {
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
