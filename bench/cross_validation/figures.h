#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/cross_validation/unit_result.h"
#include "model/metrics/metrics.h"

namespace slidetype::bench {

/// Accuracy of one stain cluster that training had left out whole.
struct ClusterAccuracy {
    std::string cluster;
    std::size_t pictures = 0, groups = 0;
    double accuracy = 0;  ///< of one class alone: its sensitivity
};

/// Accuracy on pictures changed by one shift, with the area under the curve and the calibration error at the
/// temperature that was fitted on plain pictures.
struct ShiftFigures {
    std::string name, description;
    Estimate accuracy;
    double auc = 0, ece = 0;
};

/// What all finished units of one method say. What has not been run is absent, never guessed.
struct MethodFigures {
    std::string label, description, input;
    bool is_network = false;
    std::size_t parameters = 0;
    double training_hours = 0;                  ///< of all its units that were timed
    std::size_t untimed = 0;                    ///< units whose time is not known
    std::vector<std::optional<Metrics>> folds;  ///< uncalibrated, without intervals; by fold number
    std::optional<Metrics> pooled;              ///< all folds together, calibrated on the other half of the groups
    double temperature = 1;                     ///< of least log loss on all folds together
    std::vector<Scored> scored;                 ///< what `pooled` was made of, uncalibrated; `tile` is the dataset's
    std::vector<ShiftFigures> shifts;           ///< all folds together, in the order of the files' variants
    std::optional<Estimate> clusters;           ///< mean over the left-out clusters; absent until all have been run
    std::vector<ClusterAccuracy> by_cluster;
    std::optional<Metrics> random;  ///< on the test pictures of the random split, uncalibrated
    std::string random_epoch_choice;
    std::optional<GateMetrics> gate;  ///< all folds together, at the threshold that keeps 99 % of the tumour tiles

    std::size_t finished_folds() const;
    /// The shift of least accuracy; nothing without shifts.
    const ShiftFigures* worst_shift() const;
};

/// One entry per label, networks first, then by accuracy over the folds. `folds` and `clusters` say how many units make
/// a method complete.
std::vector<MethodFigures> figures_of(const std::vector<UnitResult>& results, std::size_t folds, std::size_t clusters);

/// How many more pictures `a` gets right than `b`, as a share, over the pictures that both scored, with a 95 % interval
/// from drawing groups (both methods judged on the same draw). Throws Error(bad_data) where they share no picture.
Estimate accuracy_difference(std::span<const Scored> a, std::span<const Scored> b, int rounds = 2000,
                             std::uint64_t seed = 1);

/// Bootstrap over the sums of `groups`: `figure` is given per-group weights (how often each was drawn).
Estimate bootstrap(std::size_t groups, const std::function<double(std::span<const double> weights)>& figure, int rounds,
                   std::uint64_t seed);

}  // namespace slidetype::bench
