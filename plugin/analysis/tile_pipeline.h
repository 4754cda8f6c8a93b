#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/backends/backend.h"
#include "model/network/tile_traits.h"
#include "model/scoring/classifier.h"
#include "tiler/tiles/tile_grid.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {

/// What scoring a set of blocks gave.
struct ScoredTiles {
    std::vector<float> probabilities;             ///< grid tiles × classes, NaN where not scored
    std::vector<float> tumour;                    ///< P(tumour) of the grid tiles, NaN where not scored; empty: no gate
    std::vector<float> strangeness;               ///< the same of TileScores::strangeness; empty: no guard
    std::map<std::size_t, std::string> failures;  ///< tile → why it could not be read
    TraitMean traits;                             ///< of the tiles that were looked at (see PipelineOptions)
    double seconds_read = 0, seconds_resample = 0, seconds_score = 0;  ///< summed over threads
    double seconds_wall = 0;                                           ///< from the first block to the last
    std::vector<double> thread_busy;  ///< seconds, of each thread that worked, by its place in the pool
    bool stopped = false;             ///< the caller asked to stop; the rest was not begun
};

struct PipelineOptions {
    int threads = 1;
    std::size_t classes = 2;
    bool gate = false, guard = false;  ///< the classifier gives P(tumour), the strangeness
    /// Looks at the traits of one tile in so many, chosen by chance but always the same; 0: of none.
    std::size_t traits_of_one_in = 0;
    int patch_size_px = 0;                                 ///< for the traits
    std::function<void(std::size_t tiles_done)> progress;  ///< in order, one thread at a time
    /// The tiles of one block and what the model said of them; in order, one thread at a time.
    std::function<void(std::span<const std::size_t> tiles, const TileScores&)> scored;
    /// The tiles of one block and their features, D each; in order, one thread at a time.
    std::function<void(std::span<const std::size_t> tiles, std::span<const float> features)> encoded;
    std::function<bool()> stop_requested;
};

/// blocks → [read] → [score] → results in a TBB pipeline with at most two blocks per thread in flight. Bit-identical
/// results for any number of threads. Throws what the model throws.
ScoredTiles score_blocks(const TileGrid& grid, std::span<const TileBlock> blocks, const TileReader& reader,
                         Classifier& classifier, const PipelineOptions& options);

ScoredTiles score_blocks(const TileGrid& grid, std::span<const TileBlock> blocks, const TileReader& reader,
                         const OpenModel& model, const PipelineOptions& options);

}  // namespace slidetype
