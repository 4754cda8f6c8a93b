#include "model/data/table_files.h"

#include <algorithm>

#include "base/text_encoding.h"
#include "base/words.h"
#include "model/data/csv_text.h"

namespace slidetype {
namespace fs = std::filesystem;

fs::path TableFiles::find(const std::vector<std::string>& row, const std::string& column) {
    if (!table_.has(column)) return {};
    const auto& name = table_.at(row, column);
    if (name.empty()) return {};
    const bool backslashes = name.find('\\') != std::string::npos, other_bytes = !is_utf8(name);
    const bool blanks = trimmed_blanks(name).size() != name.size();
    const auto as_it_stands = folder_ / name;
    if (!backslashes && !other_bytes && !blanks) return as_it_stands;
    const auto is_there = [](const fs::path& file) {
        std::error_code error;
        return fs::exists(fs::symlink_status(file, error));
    };
    if (is_there(as_it_stands)) return as_it_stands;

    // From the least change to the greatest.
    for (const bool turned : {false, true}) {
        for (const bool decoded : {false, true}) {
            if ((turned && !backslashes) || (decoded && !other_bytes)) continue;
            auto other = decoded ? utf8_text(name) : name;
            if (turned) std::ranges::replace(other, '\\', '/');
            const auto file = folder_ / trimmed_blanks(other);
            if (!is_there(file)) continue;
            if (turned) backslashes_.add(name);
            if (decoded) other_bytes_.add(utf8_text(name));
            if (!turned && !decoded) blanks_.add(name);
            return file;
        }
    }
    if (backslashes) lost_backslashes_.add(other_bytes ? utf8_text(name) : name);
    if (other_bytes) lost_other_bytes_.add(utf8_text(name));
    return as_it_stands;
}

std::vector<std::string> TableFiles::notes() const {
    std::vector<std::string> notes;
    const auto add = [&](const Count& count, const std::string& single, const std::string& several) {
        if (count.files == 0) return;
        notes.push_back(table_.source + ": " + counted(count.files, "file name") + " " +
                        (count.files == 1 ? single : several) + " (" + count.example + ")");
    };
    add(backslashes_, "has backslashes and was read with / in their place",
        "have backslashes and were read with / in their place");
    add(lost_backslashes_, "has backslashes, as on Windows, and nothing lies there with / in their place either",
        "have backslashes, as on Windows, and nothing lies there with / in their place either");
    add(other_bytes_, "is not in UTF-8 and was read as Windows-1252", "are not in UTF-8 and were read as Windows-1252");
    add(lost_other_bytes_, "is not in UTF-8, and nothing lies there when it is read as Windows-1252 either",
        "are not in UTF-8, and nothing lies there when they are read as Windows-1252 either");
    add(blanks_, "has blanks around it and was read without them",
        "have blanks around them and were read without them");
    return notes;
}

}  // namespace slidetype
