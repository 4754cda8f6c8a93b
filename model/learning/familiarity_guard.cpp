#include "model/learning/familiarity_guard.h"

#include "base/error.h"
#include "model/training/training.h"

namespace slidetype {
namespace {

/// Share of new tissue of the same kind that may be refused.
constexpr double kRefusedShare = 0.01;

}  // namespace

Weights fit_familiarity_guard(ModelConfig& config, const Weights& weights, const Dataset& dataset, const Split& split,
                              int threads, const ModelDirectory* known) {
    const auto count = feature_count(find_architecture(config.architecture));
    std::vector<std::size_t> seen, unseen;
    const auto features = features_of(config, weights, dataset, split.train, threads, seen);
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

    const auto new_features = features_of(config, weights, dataset, split.validation, threads, unseen);
    const double threshold = quantile(strange_distances(familiarity, new_features), 1 - kRefusedShare);
    if (threshold <= 0) {
        throw Error(ErrorCode::bad_data, "familiarity", "the validation pictures show no variation");
    }
    guard.threshold = threshold;
    return familiarity;
}

}  // namespace slidetype
