#include "bench/levels/score_change.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/parallel.h"
#include "base/resampling/resample.h"

namespace slidetype::bench {
namespace {

/// Takes tiles one by one.
class Sum {
  public:
    explicit Sum(std::size_t classes) : classes_(classes) {}

    void add(const float* a, const float* b) {
        const double difference = std::abs(a[classes_ - 1] - b[classes_ - 1]);
        ++change_.tiles;
        change_.mean += difference;
        change_.most = std::max(change_.most, difference);
        change_.far += difference > ScoreChange::kFar ? 1U : 0U;
        change_.other_class += top(a) != top(b) ? 1U : 0U;
    }
    ScoreChange done() {
        if (change_.tiles > 0) change_.mean /= static_cast<double>(change_.tiles);
        return change_;
    }

  private:
    std::ptrdiff_t top(const float* scores) const {
        return std::max_element(scores, scores + static_cast<std::ptrdiff_t>(classes_)) - scores;
    }
    std::size_t classes_;
    ScoreChange change_;
};

const float* scores_of(const SlideResult& result, std::size_t tile) {
    const float* scores = result.probabilities.data() + tile * result.classes();
    return std::isnan(*scores) ? nullptr : scores;
}

}  // namespace

SlideResult analysed_from_level(const Engine& engine, const std::filesystem::path& slide, const AnalyseOptions& options,
                                int level) {
    auto plan = engine.plan(slide, options);
    plan.grid.level = level;
    return engine.analyse(std::move(plan), options);
}

ScoreChange score_change(const SlideResult& a, const SlideResult& b) {
    if (a.grid.tiles.size() != b.grid.tiles.size() || a.classes() != b.classes())
        throw Error(ErrorCode::internal, a.slide.source, "was cut into other tiles than " + b.slide.source);
    Sum sum(a.classes());
    for (std::size_t t = 0; t < a.grid.tiles.size(); ++t) {
        const float *one = scores_of(a, t), *other = scores_of(b, t);
        if (one != nullptr && other != nullptr) sum.add(one, other);
    }
    return sum.done();
}

ScoreChange change_from_full_size(const Engine& engine, const SlideResult& result) {
    const Slide slide(result.slide.source);
    const int patch = result.grid.patch_size_px;
    std::vector<std::size_t> tiles;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t)
        if (scores_of(result, t) != nullptr) tiles.push_back(t);
    std::vector<std::vector<float>> full(tiles.size());
    parallel_for(default_threads(), tiles.size(), [&](std::size_t i) {
        const auto pixels = resampled(slide.read(0, result.grid.tiles[tiles[i]].rect), patch, patch).pixels;
        full[i] = engine.classify(pixels, 1).probabilities;
    });
    Sum sum(result.classes());
    for (std::size_t i = 0; i < tiles.size(); ++i) sum.add(scores_of(result, tiles[i]), full[i].data());
    return sum.done();
}

}  // namespace slidetype::bench
