#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "plugin/pictures/picture_list.h"
#include "plugin/pictures/scores_table.h"
#include "plugin/records/fingerprint.h"

namespace slidetype {

/// What an output folder knows of pictures that are scored: a line of JSON per picture in `finished.jsonl`, appended as
/// it is done, so that a run that ends in the middle loses nothing. The first line says of which model and settings the
/// scores are; of others nothing is taken. A line that was cut short is passed over. Finding is thread-safe; adding is
/// not, and callers serialise.
class ScoreJournal {
  public:
    static constexpr const char* kFile = "finished.jsonl";

    /// `now`: what scores are made from, but for the picture. `afresh`: nothing of before is taken. Throws Error(io).
    ScoreJournal(const std::filesystem::path& output, const Fingerprint& now, bool afresh);

    /// The scores of a picture as they were, with neither file nor case; nothing where it, or what was said of its
    /// scale, has changed. `digest`: of picture_digest().
    std::optional<ScoreRow> find(const std::string& key, const std::string& digest) const;
    /// Throws Error(io) where it cannot be written.
    void add(const std::string& key, const std::string& digest, const ScoreRow& row);

    /// Why scores of before were not taken, such as "its result is of another model"; empty where they were, or there
    /// were none.
    const std::string& again_because() const { return again_because_; }

  private:
    void read(const Fingerprint& now);

    struct Entry {
        std::string digest;
        ScoreRow row;
    };
    std::filesystem::path file_;
    std::map<std::string, Entry> entries_;
    std::string again_because_;
    std::ofstream stream_;
};

/// What tells a picture from others, and one version of it from the next. Throws Error(not_found | io).
std::string picture_key(const ListedPicture& picture);
std::string picture_digest(const ListedPicture& picture);

}  // namespace slidetype
