#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plugin/batch/shard.h"

namespace slidetype {

/// The output folders that paths stand for: themselves, and in place of a folder that holds no results the folders in
/// it that do. Each once. Throws Error(not_found) naming a path that stands for none.
std::vector<std::filesystem::path> output_folders(std::span<const std::filesystem::path> paths);

/// A folder that may be a slide's.
struct SlideFolder {
    std::string name;
    std::uint32_t output = 0;  ///< its place among the output folders
};

/// Those of all output folders, by name, then by output folder.
std::vector<SlideFolder> slide_folders(std::span<const std::filesystem::path> outputs);

/// What shards left on record.
class ShardsFound {
  public:
    /// Reads the shard.json of all shards of an output folder; those that cannot be read are taken for missing.
    void add(const std::filesystem::path& output);

    std::size_t lists() const { return lists_.size(); }
    /// Slides of the list, where all shards were of one.
    std::optional<std::size_t> slides() const;
    /// "3/8": the parts that no record was found of, by the division of which the most are there; empty where one is
    /// whole. Of each list.
    std::vector<std::string> missing() const;
    /// What a shard says of its model; empty where there is none.
    const std::string& model_directory() const { return model_directory_; }

  private:
    using Parts = std::map<std::size_t, std::vector<bool>>;  ///< by how many there are: which are there
    std::map<std::string, std::pair<std::size_t, Parts>> lists_;
    std::string model_directory_;
};

}  // namespace slidetype
