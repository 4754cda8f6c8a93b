#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace slidetype::viewer {

/// What `slidetype score` said of a picture.
struct PictureScore {
    int width = 0, height = 0;          ///< pixels; 0 where it could not be read
    std::string status, class_name;     ///< "ok" votes; any other status has a reason
    std::vector<double> probabilities;  ///< of the classes of the table; empty where it was not scored
    std::optional<double> tumour, strangeness;
    std::string reason;             ///< why it does not vote
    std::string note;               ///< what else was told of it
    std::filesystem::path heatmap;  ///< of a picture that was cut into tiles; empty: none
};

/// What the pictures of a case come to.
struct TableCase {
    std::string call, reason;
};

/// One picture of a light table.
struct TablePicture {
    std::string id;               ///< sixteen hexadecimal digits of a hash of `file`
    std::filesystem::path file;   ///< absolute, as it is opened; any bytes
    std::filesystem::path place;  ///< where it lies behind all links; empty: not there, or not to be shown
    std::string name;             ///< for people: within the folder that was named; any bytes
    std::string case_name;        ///< its folder in there; empty: in none
    std::optional<PictureScore> score;
};

/// The pictures of a folder, in the order of their names.
struct PictureTable {
    std::string title;
    std::vector<std::string> class_names;  ///< of the model; empty where nothing is scored
    std::string summary;                   ///< text of summary.json; empty where there is none
    std::vector<TablePicture> pictures;
    std::map<std::string, TableCase> cases;  ///< by name; empty where nothing is scored
    std::vector<std::string> notes;          ///< what is not shown, and why
    bool is_scored() const { return !class_names.empty(); }
};

/// Whether a path is an output folder of `slidetype score`, or the scores.csv in it.
bool has_scores(const std::filesystem::path& path);
/// Whether it is that, or a folder with pictures in it or below it. Whether there are slides, too, is not looked at.
bool has_pictures(const std::filesystem::path& path);

/// The pictures that `view` shows: those that a scores.csv names, or all in a folder and below. Links that lead out of
/// such a folder are not followed. Thread-safe.
class ViewedPictures {
  public:
    /// Throws Error(not_found) where has_pictures() is false, Error(bad_data | io) for a table that cannot be read.
    explicit ViewedPictures(const std::filesystem::path& path);

    /// The folder that was named.
    const std::filesystem::path& folder() const { return folder_; }
    /// Looks at the disk again, for `score` may still be writing.
    std::shared_ptr<const PictureTable> table() const;
    /// What table() gave last.
    std::shared_ptr<const PictureTable> known() const;
    /// One of these; null for any other.
    std::shared_ptr<const TablePicture> find(const std::string& id) const;

  private:
    std::filesystem::path folder_;
    bool scored_ = false;
    mutable std::mutex mutex_;
    mutable std::string seen_;  ///< when scores.csv was written, as of the last look
    mutable std::shared_ptr<const PictureTable> table_;
    mutable std::unordered_map<std::string, std::size_t> places_;  ///< id → index
};

}  // namespace slidetype::viewer
