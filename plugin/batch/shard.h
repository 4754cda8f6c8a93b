#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plugin/batch/slide_list.h"
#include "plugin/results/result_folder.h"

namespace slidetype {

/// The folder of an output folder that holds a folder for each shard that was run into it.
inline constexpr const char* kShardsFolder = "shards";
/// The file of a shard's folder that says of what list it is which part; see docs/formats.md.
inline constexpr const char* kShardFile = "shard.json";

/// One of `count` parts of a list of slides, each done by a process of its own.
struct Shard {
    std::size_t index = 1, count = 1;  ///< 1 ≤ index ≤ count
    std::string why;                   ///< what said so: "--shard 3/8", "SLURM_ARRAY_TASK_ID 2 of 0-7"
    bool is_all() const { return count == 1; }
    std::string text() const { return std::to_string(index) + "/" + std::to_string(count); }
    std::string folder_name() const { return std::to_string(index) + "-of-" + std::to_string(count); }
};

/// "3/8". Throws Error(usage) for anything else.
Shard parse_shard(const std::string& text);

/// The value of an environment variable; nothing where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> environment_variable(const std::string& name);

/// The part that a scheduler gave this process: of a Slurm array SLURM_ARRAY_TASK_ID by the array's _MIN, _MAX, _STEP
/// and _COUNT, of a Kubernetes indexed Job JOB_COMPLETION_INDEX with JOB_COMPLETION_COUNT. Nothing where none speaks.
/// Throws Error(usage) where it cannot be told which part is meant: an array with gaps, an array of one task that is
/// not the first, an index without a count, two schedulers at once.
std::optional<Shard> scheduled_shard(const Environment& variable = environment_variable);

/// What tells one list of slides from another, whatever the order and wherever the slides are mounted.
struct ListIdentity {
    std::size_t slides = 0;
    std::string sha256;  ///< over the sorted keys of the slides
    bool operator==(const ListIdentity&) const = default;
};

/// How a list is divided. The part of a slide hangs on its name alone (that of a manifest, else its file's), so neither
/// the order of the list nor where the slides are mounted matters; slides of one name are told apart by the order of
/// their paths, so that each is in one part and they are spread like others.
class DividedList {
  public:
    explicit DividedList(std::span<const BatchSlide> slides);

    const ListIdentity& identity() const { return identity_; }
    /// Places in the list, ascending, of the slides of a shard.
    std::vector<std::size_t> part(const Shard& shard) const;

  private:
    std::vector<std::uint64_t> hashes_;  ///< by place in the list
    ListIdentity identity_;
};

/// The part of a list that a batch does. `whole` must outlive it.
struct ListPart {
    Shard shard;
    ListIdentity list;
    std::span<const BatchSlide> whole;
    std::vector<std::size_t> places;  ///< of the part's slides in `whole`, ascending
};

/// Where the record of a run lies: of a part in a folder of its own, for the parts may share the output folder.
std::filesystem::path record_folder(const std::filesystem::path& output, const std::optional<ListPart>& part);

/// Who did a shard, and what for.
struct ShardMaker {
    std::string version, model, model_sha256, model_digest;
    std::filesystem::path model_directory;  ///< where it lay; may be empty
};
/// shard.json: what run.json of a shard says without its slides, and what model they are of.
std::string shard_json(const ListPart& part, const ShardMaker& maker, bool interrupted);

/// Calls `claim` with each slide of the part, when all names are given away that a run of the whole list gives to
/// slides before it; so it gets the name that it has there.
void for_each_of_part(const ListPart& part, ResultFolders& folders,
                      const std::function<void(const BatchSlide&)>& claim);

}  // namespace slidetype
