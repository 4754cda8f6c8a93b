#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace slidetype {

/// Where the time of one slide went, in seconds. `read`, `resample` and `score` run beside each other in a pipeline and
/// are summed over its threads; the others have the program to themselves.
struct StageTimes {
    double open = 0;      ///< the file and its properties
    double tissue = 0;    ///< overview, tissue mask, grid
    double read = 0;      ///< decoding the file's pixels
    double resample = 0;  ///< to the model's patch size
    double score = 0;     ///< the model
    double write = 0;     ///< all files but summary.json, which tells the time and so cannot include its own
    double wall = 0;      ///< from opening to the call, without `write`
    double pipeline = 0;  ///< wall time of read, resample and score together
    /// For each thread of the pipeline that did something: seconds it worked. It idled for the rest of `pipeline`.
    std::vector<double> thread_busy;

    /// Seconds that the threads of the pipeline waited, summed.
    double idle() const;
};

/// A stage and how much of the slide's wall time hangs on it: its own seconds, or for what runs in the pipeline its
/// share of the threads' work times `pipeline`.
struct StageShare {
    std::string_view name;
    double seconds = 0;  ///< as in StageTimes
    double wall = 0;     ///< seconds of wall time
};

/// All stages in the order in which a slide goes through them.
std::vector<StageShare> stage_shares(const StageTimes& times);

/// The name of the stage with the largest share of the wall time; "" where nothing was measured.
std::string_view bottleneck(const StageTimes& times);

}  // namespace slidetype
