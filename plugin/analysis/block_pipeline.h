#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "tiler/tiles/tile_grid.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {

/// How a set of blocks went through the pipeline.
struct PipelineRun {
    std::map<std::size_t, std::string> failures;                      ///< tile → why it could not be read
    double seconds_read = 0, seconds_resample = 0, seconds_work = 0;  ///< summed over threads
    double seconds_wall = 0;                                          ///< from the first block to the last
    std::vector<double> thread_busy;  ///< seconds, of each thread that worked, by its place in the pool
    bool stopped = false;             ///< the caller asked to stop; the rest was not begun
};

struct PipelineControl {
    int threads = 1;
    std::function<void(std::size_t tiles_done)> progress;  ///< in order, one thread at a time
    std::function<bool()> stop_requested;
};

/// What is done with the pixels of a block, by any thread. What it gives is called when all blocks before had their
/// turn, by one thread at a time: there results are put in their place.
using InTurn = std::function<void()>;
using BlockWork = std::function<InTurn(const BlockPixels&)>;

/// blocks → [read] → [work] → in turn, as a TBB pipeline with at most two blocks per thread in flight. Pixels are given
/// back after the work. Throws what the work throws.
PipelineRun run_blocks(std::span<const TileBlock> blocks, const TileReader& reader, const BlockWork& work,
                       const PipelineControl& control);

}  // namespace slidetype
