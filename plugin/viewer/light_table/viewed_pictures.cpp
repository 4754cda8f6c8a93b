#include "plugin/viewer/light_table/viewed_pictures.h"

#include <utility>

#include "base/error.h"
#include "base/sha256.h"
#include "plugin/pictures/scores_table.h"
#include "plugin/viewer/light_table/picture_tables.h"

namespace slidetype::viewer {
namespace fs = std::filesystem;
namespace {

/// Without a slash at its end.
fs::path folder_of(const fs::path& path) {
    auto whole = fs::absolute(path).lexically_normal();
    if (whole.filename().empty()) whole = whole.parent_path();
    return whole.filename() == kScoresFile ? whole.parent_path() : whole;
}

std::string version_of(const fs::path& file) {
    std::error_code error;
    return std::to_string(fs::last_write_time(file, error).time_since_epoch().count());
}

}  // namespace

bool has_scores(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(folder_of(path) / kScoresFile, error);
}

bool has_pictures(const fs::path& path) {
    if (has_scores(path)) return true;
    constexpr auto options = fs::directory_options::skip_permission_denied;
    std::error_code error;
    for (fs::recursive_directory_iterator all(folder_of(path), options, error), end; !error && all != end;
         all.increment(error)) {
        std::error_code unknown;
        if (is_shown_picture(all->path()) && all->is_regular_file(unknown)) return true;
    }
    return false;
}

ViewedPictures::ViewedPictures(const fs::path& path) : folder_(folder_of(path)) {
    if (!fs::exists(path)) throw Error(ErrorCode::not_found, path.string(), "does not exist");
    if (!has_pictures(path)) throw Error(ErrorCode::not_found, path.string(), "holds no pictures");
    scored_ = has_scores(path);
    (void)table();
}

std::shared_ptr<const PictureTable> ViewedPictures::table() const {
    const auto seen = scored_ ? version_of(folder_ / kScoresFile) : std::string();
    {
        const std::lock_guard lock(mutex_);
        if (scored_ && table_ && seen == seen_) return table_;
    }
    auto table = std::make_shared<PictureTable>(scored_ ? scored_table(folder_) : folder_table(folder_));
    table->title = folder_.filename().string();
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < table->pictures.size(); ++i) {
        auto& picture = table->pictures[i];
        picture.id = sha256_hex(picture.file.string()).substr(0, 16);
        places.emplace(picture.id, i);
    }
    const std::lock_guard lock(mutex_);
    seen_ = seen, table_ = std::move(table), places_ = std::move(places);
    return table_;
}

std::shared_ptr<const PictureTable> ViewedPictures::known() const {
    const std::lock_guard lock(mutex_);
    return table_;
}

std::shared_ptr<const TablePicture> ViewedPictures::find(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(id);
    if (found == places_.end()) return nullptr;
    return {table_, &table_->pictures[found->second]};
}

}  // namespace slidetype::viewer
