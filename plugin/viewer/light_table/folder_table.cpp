// The pictures in a folder and below, which nothing is known of but their names.
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/pictures/picture_facts.h"
#include "base/words.h"
#include "plugin/pictures/scores_table.h"
#include "plugin/results/result_folder.h"
#include "plugin/viewer/light_table/picture_tables.h"

namespace slidetype::viewer {
namespace fs = std::filesystem;
namespace {

class FolderWalk {
  public:
    explicit FolderWalk(const fs::path& folder) : folder_(folder), place_(place_of(folder)) {}

    PictureTable table() {
        std::error_code error;
        fs::recursive_directory_iterator all(folder_, fs::directory_options::skip_permission_denied, error);
        if (error) throw Error(ErrorCode::io, folder_.string(), "cannot be read: " + error.message());
        for (const auto end = fs::recursive_directory_iterator(); all != end; all.increment(error)) {
            if (holds_results(*all)) {
                all.disable_recursion_pending();
            } else {
                look_at(*all);
            }
        }
        note(outside_, "out of the folder and is not followed", "out of the folder and are not followed");
        note(lost_, "to nothing", "to nothing");
        if (error) table_.notes.push_back("Not all folders could be read: " + error.message() + ".");
        std::ranges::sort(table_.pictures, {}, &TablePicture::file);
        return std::move(table_);
    }

  private:
    /// Pictures of results, such as heatmaps, are none of the user's.
    static bool holds_results(const fs::directory_entry& entry) {
        std::error_code error;
        return entry.is_directory(error) &&
               (fs::exists(entry.path() / kScoresFile, error) || fs::exists(entry.path() / kSourceFile, error));
    }

    void look_at(const fs::directory_entry& entry) {
        std::error_code error;
        const bool is_link = entry.is_symlink(error);
        if (!is_shown_picture(entry.path()) && !(is_link && entry.is_directory(error))) return;
        if (is_link) {
            const auto target = place_of(entry.path());
            if (target.empty()) return void(++lost_);
            if (!is_below(target, place_)) return void(++outside_);
        }
        if (!entry.is_regular_file(error)) return;
        TablePicture picture;
        picture.file = entry.path();
        picture.place = place_of(entry.path());
        const auto name = entry.path().lexically_relative(folder_);
        picture.name = name.string();
        picture.case_name = name.parent_path().string();
        table_.pictures.push_back(std::move(picture));
    }

    void note(std::size_t count, const char* one_does, const char* several_do) {
        if (count == 0) return;
        table_.notes.push_back(counted(count, "link") + (count == 1 ? " leads " : " lead ") +
                               (count == 1 ? one_does : several_do) + ".");
    }

    fs::path folder_, place_;
    PictureTable table_;
    std::size_t outside_ = 0, lost_ = 0;
};

}  // namespace

bool is_shown_picture(const fs::path& file) {
    // Hidden files are what macOS puts beside pictures.
    return is_named_like_picture(file) && !file.filename().string().starts_with('.');
}

bool is_below(const fs::path& file, const fs::path& folder) {
    return std::ranges::mismatch(folder, file).in1 == folder.end();
}

fs::path place_of(const fs::path& file) {
    std::error_code error;
    auto place = fs::canonical(file, error);
    return error ? fs::path() : place;
}

std::string state_of_file(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error) return "none";
    return std::to_string(size) + '/' + std::to_string(fs::last_write_time(file, error).time_since_epoch().count());
}

PictureTable folder_table(const fs::path& folder) {
    return FolderWalk(folder).table();
}

}  // namespace slidetype::viewer
