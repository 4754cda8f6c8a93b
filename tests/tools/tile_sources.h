#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace slidetype::tools {

/// Picture files of one class, in an order that does not depend on the file system.
using TileFiles = std::vector<std::filesystem::path>;

/// All .jpeg, .jpg, .png, .tif and .tiff files directly in `folder`, by name. Throws Error(not_found), or
/// Error(bad_data) where there is none.
TileFiles files_in_folder(const std::filesystem::path& folder);

/// The paths in a text file, one per line, relative ones to the list's own folder. Throws Error(not_found), or
/// Error(bad_data) where there is none.
TileFiles files_in_list(const std::filesystem::path& list);

/// Which fold each picture belongs to, by "folder/file", from a CSV file with a header that has the columns `file` and
/// `fold` (no quoted fields). Throws Error(not_found), Error(bad_data).
std::map<std::string, std::string> read_folds(const std::filesystem::path& groups_csv);

/// The files whose fold is `fold`; files that the table does not know are left out. Throws Error(bad_data) where none
/// is left.
TileFiles files_of_fold(const TileFiles& files, const std::map<std::string, std::string>& folds,
                        const std::string& fold);

}  // namespace slidetype::tools
