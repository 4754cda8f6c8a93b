#pragma once

#include <cstddef>
#include <filesystem>

#include "plugin/analysis/engine.h"

namespace slidetype::bench {

/// How far the scores of tiles lie from those of the same tiles that were read in another way.
struct ScoreChange {
    std::size_t tiles = 0;      ///< scored both times
    double mean = 0, most = 0;  ///< |difference| of the last class's probability
    std::size_t far = 0;        ///< tiles that differ by more than kFar
    std::size_t other_class = 0;
    static constexpr double kFar = 0.2;
};

/// The slide analysed with its tiles read from `level`, whatever the rule says.
SlideResult analysed_from_level(const Engine& engine, const std::filesystem::path& slide, const AnalyseOptions& options,
                                int level);

/// Between two results of one grid. Throws Error(internal) where the grids differ.
ScoreChange score_change(const SlideResult& a, const SlideResult& b);

/// Between a result and what its tiles score when they are read as WSInfer does: from level 0, at full size, resampled
/// in one step.
ScoreChange change_from_full_size(const Engine& engine, const SlideResult& result);

}  // namespace slidetype::bench
