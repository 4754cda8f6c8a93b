#include "plugin/batch/folder_walk.h"

#include <glob.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "base/error.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

class FolderWalk {
  public:
    FolderWalk(FolderContent& content, const std::function<bool(const fs::path&)>& pass_over)
        : content_(content), pass_over_(pass_over) {}

    void walk(const fs::path& folder) {
        folders_.push_back(folder);
        while (!folders_.empty() || !links_.empty()) {
            auto& next = folders_.empty() ? links_ : folders_;
            const auto path = std::move(next.front());
            next.pop_front();
            enter(path);
        }
        std::ranges::sort(content_.files);
        std::ranges::sort(content_.unreachable);
    }

  private:
    void enter(const fs::path& folder) {
        std::error_code error;
        // Its own name is the same whichever way led here, which ends loops.
        const auto own = fs::canonical(folder, error);
        if (error) return unreadable(folder, error);
        if (!visited_.insert(own).second || (pass_over_ && pass_over_(folder))) return;
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
            content_.files.push_back(entry.path());
        } else if (!error && entry.exists(error)) {
            content_.others.push_back(entry.path());
        } else {
            content_.unreachable.push_back(entry.path());
        }
    }

    void unreadable(const fs::path& folder, const std::error_code& error) {
        if (is_of_the_system(folder)) {
            content_.problems.push_back(folder.string() + " cannot be read: " + error.message());
        } else {
            content_.unreachable.push_back(folder);
        }
    }

    FolderContent& content_;
    const std::function<bool(const fs::path&)>& pass_over_;
    std::deque<fs::path> folders_, links_;
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
                    "Check the pattern; a folder alone stands for all that lies below it.");
    }
    return {result.gl_pathv, result.gl_pathv + result.gl_pathc};
}

}  // namespace

bool is_of_the_system(const fs::path& path) {
    const auto name = path.filename().string();
    return name.starts_with('.') || name == "lost+found" || name == "System Volume Information" ||
           name == "$RECYCLE.BIN";
}

FolderContent walk_folder(const fs::path& folder, const std::function<bool(const fs::path&)>& pass_over) {
    FolderContent content;
    FolderWalk(content, pass_over).walk(folder);
    return content;
}

std::vector<fs::path> expand_patterns(std::span<const fs::path> paths) {
    std::vector<fs::path> out;
    for (const auto& path : paths) {
        if (path.empty()) {
            throw Error(ErrorCode::usage, "\"\"", "is no name of a file", "Is a variable of a script empty?");
        }
        if (is_pattern(path)) {
            std::ranges::move(matches(path), std::back_inserter(out));
        } else {
            out.push_back(path);
        }
    }
    return out;
}

}  // namespace slidetype
