#include "model/learning/familiarity_guard.h"

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "model/training/training.h"

namespace slidetype {
namespace {

/// Share of new tissue of the same kind that may be refused.
constexpr double kRefusedShare = 0.01;

/// Tissue that teaches the gate alone is not what the subtypes were learnt from.
std::vector<std::size_t> of_subtypes(const Dataset& dataset, const std::vector<std::size_t>& members) {
    std::vector<std::size_t> out;
    std::ranges::copy_if(members, std::back_inserter(out), [&](std::size_t i) { return !dataset.tiles[i].gate_only; });
    return out;
}

}  // namespace

Weights fit_familiarity_guard(ModelConfig& config, const Weights& weights, const Dataset& dataset, const Split& split,
                              int threads, const ModelDirectory* known) {
    const auto count = feature_count(find_architecture(config.architecture));
    std::vector<std::size_t> seen, unseen;
    const auto features = features_of(config, weights, dataset, of_subtypes(dataset, split.train), threads, seen);
    std::vector<int> labels;
    labels.reserve(seen.size());
    for (const auto member : seen) labels.push_back(dataset.tiles[member].label);
    auto& guard = config.slidetype->familiarity.emplace();
    if (known != nullptr && known->config.slidetype->familiarity) {
        auto extended = known->familiarity;
        extend_familiarity(extended, features, labels);
        guard.threshold = known->config.slidetype->familiarity->threshold;
        return extended;
    }
    auto familiarity = fit_familiarity(features, count, labels);

    const auto new_features =
        features_of(config, weights, dataset, of_subtypes(dataset, split.validation), threads, unseen);
    const double threshold = quantile(strange_distances(familiarity, new_features), 1 - kRefusedShare);
    if (threshold <= 0) {
        throw Error(ErrorCode::bad_data, "familiarity", "the validation pictures show no variation");
    }
    guard.threshold = threshold;
    return familiarity;
}

}  // namespace slidetype
