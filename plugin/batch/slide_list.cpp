#include "plugin/batch/slide_list.h"

#include <glob.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <set>
#include <utility>

#include "base/error.h"
#include "model/data/manifest.h"
#include "plugin/analysis/full_name.h"
#include "plugin/results/result_folder.h"
#include "tiler/slides/file_kind.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// Folders that systems keep on a disk for themselves, and what is hidden: that they may not be read is no loss.
bool is_of_the_system(const fs::path& path) {
    const auto name = path.filename().string();
    return name.starts_with('.') || name == "lost+found" || name == "System Volume Information" ||
           name == "$RECYCLE.BIN";
}

/// Walks the folders below one: first those that lie there, then those that links lead to, so that a file is listed
/// under its own place where it has one.
class FolderWalk {
  public:
    explicit FolderWalk(FoundSlides& found) : found_(found) {}

    void walk(const fs::path& folder) {
        folders_.push_back(folder);
        while (!folders_.empty() || !links_.empty()) {
            auto& next = folders_.empty() ? links_ : folders_;
            const auto path = std::move(next.front());
            next.pop_front();
            enter(path);
        }
        std::ranges::sort(files_);
        for (auto& file : files_) list_of(kind_of_file(file)).push_back(std::move(file));
        files_.clear();
        std::ranges::sort(found_.suspects);
    }

  private:
    std::vector<fs::path>& list_of(FileKind kind) {
        return kind == FileKind::slide ? found_.slides : kind == FileKind::suspect ? found_.suspects : found_.ignored;
    }

    void enter(const fs::path& folder) {
        std::error_code error;
        // Its own name is the same whichever way led here, which ends loops.
        const auto own = fs::canonical(folder, error);
        if (error) return unreadable(folder, error);
        if (!visited_.insert(own).second || fs::exists(folder / kSourceFile, error)) return;
        fs::directory_iterator entries(folder, error);
        std::vector<fs::directory_entry> sorted;
        for (; !error && entries != fs::directory_iterator(); entries.increment(error)) sorted.push_back(*entries);
        if (error) unreadable(folder, error);
        std::ranges::sort(sorted);
        for (const auto& entry : sorted) add(entry);
    }

    void add(const fs::directory_entry& entry) {
        std::error_code error;
        if (entry.is_directory(error)) {
            (entry.is_symlink(error) ? links_ : folders_).push_back(entry.path());
        } else if (entry.is_regular_file(error)) {
            files_.push_back(entry.path());
        } else if (!error && entry.exists(error)) {
            found_.ignored.push_back(entry.path());  // a pipe, a device
        } else if (!is_of_the_system(entry.path()) || is_named_like_slide(entry.path())) {
            found_.suspects.push_back(entry.path());  // a link that leads nowhere, or what cannot be reached
        }
    }

    void unreadable(const fs::path& folder, const std::error_code& error) {
        if (is_of_the_system(folder)) {
            found_.problems.push_back(folder.string() + " cannot be read: " + error.message());
        } else {
            found_.suspects.push_back(folder);
        }
    }

    FoundSlides& found_;
    std::deque<fs::path> folders_, links_;
    std::vector<fs::path> files_;
    std::set<fs::path> visited_;
};

bool is_pattern(const fs::path& path) {
    std::error_code error;
    return path.native().find_first_of("*?[") != std::string::npos &&
           fs::symlink_status(path, error).type() == fs::file_type::not_found;
}

std::vector<fs::path> matches(const fs::path& pattern) {
    glob_t result{};
    const std::unique_ptr<glob_t, decltype(&::globfree)> owner(&result, &::globfree);
    const int status = ::glob(pattern.c_str(), 0, nullptr, &result);
    if (status == GLOB_NOSPACE) throw Error(ErrorCode::memory, pattern.string(), "not enough memory for its matches");
    if (status != 0 || result.gl_pathc == 0) {
        throw Error(ErrorCode::not_found, pattern.string(), "matches no file",
                    "Check the pattern; a folder alone stands for all slides below it.");
    }
    return {result.gl_pathv, result.gl_pathv + result.gl_pathc};
}

std::vector<fs::path> expanded(std::span<const fs::path> paths) {
    std::vector<fs::path> out;
    for (const auto& path : paths) {
        if (path.empty()) {
            throw Error(ErrorCode::usage, "\"\"", "is no name of a slide", "Is a variable of a script empty?");
        }
        if (is_pattern(path)) {
            std::ranges::move(matches(path), std::back_inserter(out));
        } else {
            out.push_back(path);
        }
    }
    return out;
}

}  // namespace

FoundSlides find_slides(std::span<const fs::path> paths) {
    FoundSlides found;
    for (auto& path : expanded(paths)) {
        std::error_code error;
        if (fs::is_directory(path, error)) {
            FolderWalk(found).walk(path);
        } else {
            found.slides.push_back(std::move(path));
        }
    }
    std::set<std::string> seen;
    std::erase_if(found.slides, [&](const fs::path& slide) { return !seen.insert(full_name(slide)).second; });
    return found;
}

SlideList list_slides(std::span<const fs::path> arguments) {
    SlideList list;
    for (const auto& path : expanded(arguments)) {
        if (is_named_like_table(path)) {
            std::ranges::move(read_batch_manifest(path, list.problems), std::back_inserter(list.slides));
            continue;
        }
        auto found = find_slides({&path, 1});
        std::ranges::merge(found.slides, found.suspects, std::back_inserter(list.slides));
        std::ranges::move(found.ignored, std::back_inserter(list.ignored));
        std::ranges::move(found.problems, std::back_inserter(list.problems));
    }
    std::set<std::pair<std::string, std::string>> seen;
    std::erase_if(list.slides, [&](const BatchSlide& slide) {
        return !seen.insert({full_name(slide.path), slide.name}).second;
    });
    return list;
}

}  // namespace slidetype
