#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plugin/batch/shard.h"

namespace slidetype {

struct ShardOption {
    std::string text;   ///< of --shard; empty: what the scheduler says
    bool none = false;  ///< --no-shard
};

/// Declares --shard and --no-shard. `option` must outlive the command.
void declare_shard(CLI::App& command, const std::string& group, ShardOption& option);

/// Declares --stage. `folder` must outlive the command.
void declare_stage(CLI::App& command, const std::string& group, std::filesystem::path& folder);

/// A list, and where only a part of it is to be done, which.
struct ShardedSlides {
    std::vector<BatchSlide> whole;
    std::vector<BatchSlide> ours;  ///< all, or those of the part
    std::optional<ListPart> part;  ///< refers to `whole`
};

/// Takes the part that was asked for, or that a scheduler's variables mean, and says so on standard error. A single
/// slide is never divided by a scheduler's variables: then each task has a list of its own. Throws what parse_shard()
/// and scheduled_shard() throw.
ShardedSlides take_shard(std::vector<BatchSlide> slides, const ShardOption& option);

}  // namespace slidetype
