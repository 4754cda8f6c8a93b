#include "bench/scanner_tissue/patient_auc.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/random.h"

namespace slidetype::bench {
namespace {

constexpr int kAucRounds = 2000;

double mean_of_tiles(const std::vector<double>& tiles) {
    return std::accumulate(tiles.begin(), tiles.end(), 0.0) / static_cast<double>(tiles.size());
}

/// The area under the ROC curve of weighed values, ties as one half.
struct WeighedValue {
    double value = 0, weight = 0;
    bool lusc = false;
};

double weighed_auc(std::vector<WeighedValue> values) {
    std::ranges::sort(values, {}, &WeighedValue::value);
    double below = 0, pairs = 0, luad = 0, lusc = 0;
    for (std::size_t i = 0; i < values.size();) {
        double here[2] = {0, 0};
        const double value = values[i].value;
        for (; i < values.size() && values[i].value == value; ++i) here[values[i].lusc] += values[i].weight;
        pairs += here[1] * (below + here[0] / 2);
        below += here[0];
        luad += here[0], lusc += here[1];
    }
    return pairs / (luad * lusc);
}

/// Draws patients within each class, so that no draw lacks one.
template <class Figure>
Estimate over_patients(const PatientTiles& patients, const Figure& figure) {
    std::array<std::vector<double>, 2> weights;
    for (std::size_t c = 0; c < 2; ++c) weights[c].assign(patients[c].size(), 1);
    Estimate estimate;
    estimate.value = figure(weights);
    Random random(1);
    std::vector<double> draws;
    for (int round = 0; round < kAucRounds; ++round) {
        for (auto& each : weights) {
            std::ranges::fill(each, 0.0);
            for (std::size_t i = 0; i < each.size(); ++i) each[random.below(each.size())] += 1;
        }
        draws.push_back(figure(weights));
    }
    std::ranges::sort(draws);
    const auto at = [&](double share) { return draws[static_cast<std::size_t>(share * (kAucRounds - 1) + 0.5)]; };
    estimate.ci95 = {at(0.025), at(0.975)};
    return estimate;
}

}  // namespace

Estimate auc_by_patient(const PatientTiles& patients) {
    return over_patients(patients, [&](const std::array<std::vector<double>, 2>& weights) {
        std::vector<WeighedValue> values;
        for (std::size_t c = 0; c < 2; ++c) {
            for (std::size_t i = 0; i < patients[c].size(); ++i)
                values.push_back({mean_of_tiles(patients[c][i]), weights[c][i], c == 1});
        }
        return weighed_auc(std::move(values));
    });
}

Estimate auc_by_tile(const PatientTiles& patients) {
    return over_patients(patients, [&](const std::array<std::vector<double>, 2>& weights) {
        std::vector<WeighedValue> values;
        for (std::size_t c = 0; c < 2; ++c) {
            for (std::size_t i = 0; i < patients[c].size(); ++i) {
                const auto& tiles = patients[c][i];
                for (const auto prob : tiles)
                    values.push_back({prob, weights[c][i] / static_cast<double>(tiles.size()), c == 1});
            }
        }
        return weighed_auc(std::move(values));
    });
}

}  // namespace slidetype::bench
