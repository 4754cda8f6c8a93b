#pragma once

#include <filesystem>

#include "plugin/viewer/light_table/viewed_pictures.h"

/// Where the pictures of a light table come from.
namespace slidetype::viewer {

/// All below a folder, in no case where they lie in it directly. Links are followed only where they lead to within it.
/// Throws Error(io).
PictureTable folder_table(const std::filesystem::path& folder);

/// Those of the scores.csv in an output folder of `slidetype score`. Pictures that do not lie below the folder that was
/// scored, behind links or by their names, are listed and not shown. Throws Error(bad_data | io).
PictureTable scored_table(const std::filesystem::path& output);

/// Whether a file is named like a picture, and not hidden.
bool is_shown_picture(const std::filesystem::path& file);

/// Whether `file` is in `folder` or below it, both canonical.
bool is_below(const std::filesystem::path& file, const std::filesystem::path& folder);

/// Size and time of the file: another text once it was written anew. "none" where it is not there.
std::string state_of_file(const std::filesystem::path& file);

/// Canonical; empty where nothing is there.
std::filesystem::path place_of(const std::filesystem::path& file);

}  // namespace slidetype::viewer
