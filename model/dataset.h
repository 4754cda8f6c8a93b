#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace slidetype {

/// One labelled picture of tissue, about one tile large.
struct LabelledTile {
    std::filesystem::path file;
    int label = 0;      ///< index into Dataset::class_names
    std::string group;  ///< source image or patient; pictures of one group are never split
    int fold = -1;      ///< as the manifest gives it, -1 where it gives none
};

struct Dataset {
    std::vector<std::string> class_names;  ///< "LUAD", "LUSC"
    std::vector<LabelledTile> tiles;       ///< sorted by file, so that the order never depends on the file system
    bool has_groups = false;               ///< false: every picture is its own group, and a split may leak copies
    bool has_folds = false;
    std::vector<std::string> ignored_classes;  ///< class names in the data that are neither LUAD nor LUSC, with counts
    std::vector<std::string> problems;         ///< files that the manifest names and that are missing
};

/// The class that a folder or manifest name stands for: LUAD also as "lung_aca", "luad", "adenocarcinoma"; LUSC also as
/// "lung_scc", "lusc", "squamous". -1 for any other name.
int class_index(const std::string& name);

/// Reads training or evaluation data: a folder with one subfolder per class, or a CSV manifest with the columns
/// `file,class` and optionally `group`, `fold` (other columns are ignored). Relative files are looked for beside the
/// manifest, or under `root` where given. Throws Error(not_found | bad_data).
Dataset read_dataset(const std::filesystem::path& path, const std::filesystem::path& root = {});

/// Which tiles train and which validate: indices into Dataset::tiles, ascending.
struct Split {
    std::vector<std::size_t> train, validation;
    std::string description;  ///< for the report, such as "group-disjoint: fold 4 validates"
};

/// `fold` validates, all other folds train. Throws Error(bad_data) where the data has no folds, where that fold is
/// empty, or where a group has tiles in two folds.
Split split_by_fold(const Dataset& dataset, int fold);
/// Whole groups are drawn for validation until about `share` of the tiles of each class is reached.
Split split_by_group(const Dataset& dataset, double share, std::uint64_t seed);
/// Tiles are drawn one by one, whatever their group: leaks copies, for comparison only.
Split split_at_random(const Dataset& dataset, double share, std::uint64_t seed);
/// Number of groups that have tiles on both sides.
std::size_t leaking_groups(const Dataset& dataset, const Split& split);

}  // namespace slidetype
