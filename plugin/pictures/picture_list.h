#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "plugin/pictures/field_scale.h"

namespace slidetype {

/// A picture that is to be scored.
struct ListedPicture {
    std::filesystem::path file;
    std::string name;       ///< relative to PictureList::root with '/' between, valid UTF-8: what scores.csv calls it
    std::string case_name;  ///< the folder it lies in, relative to the root ("." for that), or what a list says
    ScaleOptions scale;     ///< what a list says
};

/// The pictures that a user's arguments stand for.
struct PictureList {
    std::filesystem::path root;  ///< absolute: the folder that was given, or the deepest that holds all pictures
    std::vector<ListedPicture> pictures;  ///< by case, then by name; no file twice
    std::size_t other_files = 0;          ///< below folders, not named like pictures
    std::vector<std::string> problems;    ///< in words: what was named twice, read otherwise than it stands, not found
};

/// A file stands for itself, whatever it is called and even if absent, so that a wrong one is reported; a folder for
/// what is named like a picture below it; a pattern for what it matches;
/// a table (.csv, .tsv, .txt) for its rows, with the columns file[,case][,field_um][,spacing] (see read_manifest),
/// relative to its folder. Folders with results of ours and `output` are passed over, hidden files too. Throws
/// Error(not_found | bad_data | usage | io).
PictureList list_pictures(std::span<const std::filesystem::path> arguments, const std::filesystem::path& output);

}  // namespace slidetype
