#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/data/dataset.h"

namespace slidetype {

/// What lies in a folder of pictures that has one subfolder per class, or is divided into parts first, as Keras'
/// flow_from_directory wants it:
///   DATA/lung_aca/1.jpeg        DATA/train/lung_aca/1.jpeg   DATA/validation/lung_aca/2.jpeg   DATA/test/…
struct FolderPictures {
    std::vector<LabelledTile> tiles;             ///< in no order; each is its own group
    std::map<std::string, std::size_t> ignored;  ///< class folders that are none of ours, with the number of pictures
    std::vector<std::string> problems;           ///< pictures that were left out, each with the reason
    std::vector<std::string> notes;              ///< what is odd about the folders, in sentences
    bool divided = false;                        ///< into parts: LabelledTile::part tells which
};

/// Whether a folder is divided into parts: a subfolder with the name of a part (see part_named()) has a class folder in
/// it. Throws std::filesystem::filesystem_error where it cannot be listed.
bool is_divided_into_parts(const std::filesystem::path& folder);

/// Reads the names of the pictures; none is opened. `seen`, if given, is called after each and may throw to stop.
/// Throws Error(bad_data) where class folders and parts lie side by side: which is meant cannot be told.
FolderPictures read_class_folders(const std::filesystem::path& folder, std::size_t source,
                                  const std::function<void()>& seen = {});

}  // namespace slidetype
