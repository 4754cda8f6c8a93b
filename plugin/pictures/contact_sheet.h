#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "plugin/pictures/scores_table.h"

namespace slidetype {

/// Pictures of one kind, small, side by side with a line each.
struct ContactSheet {
    std::string heading;
    std::string note;  ///< below it; may be empty
    std::vector<const ScoreRow*> rows;
};

/// `most` of the rows, evenly spread from the first to the last.
std::vector<const ScoreRow*> spread(std::span<const ScoreRow* const> rows, std::size_t most);

/// The sheets as HTML; the pictures, which lie below `root`, are read on `threads` threads. One that is gone or cannot
/// be read keeps its line.
std::vector<std::string> contact_sheets_html(std::span<const ContactSheet> sheets,
                                             const std::vector<std::string>& class_names,
                                             const std::filesystem::path& root, int threads);

}  // namespace slidetype
