#pragma once

#include <filesystem>
#include <functional>

#include "bench/call_validation/outcome.h"
#include "bench/call_validation/planned_slide.h"
#include "plugin/analysis/engine.h"

namespace slidetype::bench {

struct ValidationOptions {
    std::filesystem::path work;  ///< slides are put together here, one at a time
    int fold = 0, threads = 0;
    std::uint64_t seed = 1;
    std::function<void(const PlannedSlide&, std::size_t done, std::size_t all)> progress;
};

/// What is kept of a slide that was scored and called. Whether the slide as a whole is known to the model is noted and
/// does not change the call.
CallOutcome outcome_of(const PlannedSlide& planned, const SlideResult& result);

/// Puts slides together from each half of the source images, scores them as `slidetype run` does, fits the vote on the
/// slides of one half and calls those of the other by it, both ways; and fits the vote of the model on all. Slides of
/// the fit are those of one subtype with enough tumour for a call.
CallValidation validate_calls(const Engine& engine, const FoldPictures& pictures, const ValidationOptions& options);

}  // namespace slidetype::bench
