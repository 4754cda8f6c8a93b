#include "plugin/analysis/stage_times.h"

#include <algorithm>
#include <numeric>

namespace slidetype {

double StageTimes::idle() const {
    return std::accumulate(thread_busy.begin(), thread_busy.end(), 0.0,
                           [&](double sum, double busy) { return sum + std::max(0.0, pipeline - busy); });
}

std::vector<StageShare> stage_shares(const StageTimes& times) {
    const double work = times.read + times.resample + times.score;
    const auto in_pipeline = [&](double seconds) { return work > 0 ? seconds / work * times.pipeline : 0; };
    return {{"open", times.open, times.open},
            {"tissue", times.tissue, times.tissue},
            {"read", times.read, in_pipeline(times.read)},
            {"resample", times.resample, in_pipeline(times.resample)},
            {"score", times.score, in_pipeline(times.score)},
            {"write", times.write, times.write}};
}

std::string_view bottleneck(const StageTimes& times) {
    const auto shares = stage_shares(times);
    const auto largest = std::ranges::max_element(shares, {}, &StageShare::wall);
    return largest->wall > 0 ? largest->name : std::string_view();
}

}  // namespace slidetype
