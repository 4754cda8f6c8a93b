#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plugin/batch/batch.h"

namespace slidetype {

/// What a run would do with one slide.
struct PlannedSlide {
    enum class Standing { to_do, complete, failing };
    std::filesystem::path source;
    Standing standing = Standing::to_do;
    std::string why;               ///< to_do: why again, empty for the first time; failing: the reason
    std::string hint;              ///< failing: what to do about it; may be empty
    std::size_t tiles = 0;         ///< to be scored
    double seconds = 0;            ///< estimate, with all threads
    std::uint64_t disk_bytes = 0;  ///< estimate of the result
};

struct BatchPlan {
    std::vector<PlannedSlide> slides;              ///< in the order in which they were given
    std::optional<std::uint64_t> disk_free_bytes;  ///< where the results shall go
    std::size_t count(PlannedSlide::Standing standing) const;
    PlannedSlide sum() const;  ///< tiles, seconds and bytes of all slides that are to be done
};

/// What run_batch() would do: opens the slides and finds their tissue, scores some tiles of one to know the rate, and
/// writes nothing. `planned` is called after every slide. Throws Error(cancelled) when asked to stop.
BatchPlan plan_batch(const Engine& engine, std::span<const BatchSlide> slides, const BatchOptions& options,
                     const std::function<void(std::size_t index, const PlannedSlide&)>& planned,
                     const std::function<bool()>& stop_requested);

}  // namespace slidetype
