#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace slidetype::viewer {

/// A class for a picture, or none any more.
struct LabelEdit {
    std::filesystem::path file;       ///< absolute
    std::filesystem::path place;      ///< behind all links; it tells rows of one picture apart from those of others
    std::string group;                ///< what pictures of one patient share; empty: not known
    std::optional<std::string> name;  ///< of the class; nothing takes it back
};

/// The classes that a person gave to pictures: `labels.csv`, a table with the columns file, class and, where pictures
/// lie in folders of cases, group, as `train` and `evaluate` take it. A table that was written by hand is read as those
/// commands read it; its other columns and rows stay. Every change is made to what lies on the disk then and written
/// atomically, so windows and processes do not lose each other's. Thread-safe.
class LabelFile {
  public:
    static constexpr const char* kName = "labels.csv";

    /// `folder` may not exist yet.
    explicit LabelFile(const std::filesystem::path& folder);

    std::filesystem::path file() const { return folder_ / kName; }
    /// Why nothing can be saved there, as far as can be told before; empty where nothing is in the way.
    std::string obstacle() const;

    struct Labels {
        std::map<std::filesystem::path, std::string> classes;  ///< by the pictures' places
        std::string etag;                                      ///< quoted; changes with the content
    };
    /// Throws Error(bad_data | io) for a table that cannot be read.
    Labels read() const;

    /// The tags of the content before and after. The group column is there where an edit has a group and the table is
    /// new. Throws as read() does, then and for Error(io) nothing is changed.
    struct Saved {
        std::string before, after;
    };
    Saved change(std::span<const LabelEdit> edits) const;

  private:
    struct Table {
        std::vector<std::string> header;
        std::vector<std::vector<std::string>> rows;
        std::vector<std::filesystem::path> places;  ///< of each row
        std::size_t file = 0, name = 1;             ///< columns
        std::optional<std::size_t> group;
        std::string etag;
    };
    void load() const;
    void apply(Table& table, const LabelEdit& edit) const;
    std::string relative(const std::filesystem::path& file) const;

    std::filesystem::path folder_;
    mutable std::mutex mutex_;
    mutable std::string seen_;  ///< when and how large the file was that table_ is of
    mutable Table table_;
};

/// What pictures of one case share, for splits: its name, but for folders that only tell classes or parts ("LUAD",
/// "train/LUSC").
std::string group_of_case(const std::string& case_name);

}  // namespace slidetype::viewer
