#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/dataset.h"
#include "model/metrics.h"
#include "model/weights.h"

namespace slidetype {

/// How far the training pictures are varied. Angles in degrees, factors as ± shares.
struct Augmentation {
    double shear = 0.2;            ///< horizontal shift per unit of height, ±
    double zoom = 0.2;             ///< scale drawn from 1 ± zoom
    bool flip = true;              ///< horizontally, half of the time
    bool right_angles = true;      ///< 0, 90, 180 or 270 degrees
    double rotation_degrees = 15;  ///< besides the right angles, ±
    double stain = 0.25;           ///< hematoxylin and eosin each scaled by 1 ± stain, in optical density
    double white_balance = 0.15;   ///< each colour channel scaled by 1 ± this
    double brightness = 0.15;      ///< all channels scaled by 1 ± this
};

struct TrainOptions {
    std::string architecture = "compact";
    int epochs = 12;
    int batch = 64;
    /// Highest rate of the one cycle (linear rise over 1/4 of the steps, then a cosine to 0); the network's own if
    /// unset.
    std::optional<double> learning_rate;
    double weight_decay = 1e-2;  ///< decoupled (AdamW)
    double label_smoothing = 0.05;
    std::uint64_t seed = 1337;
    int threads = 1;
    Augmentation augmentation;
};

/// The rate that training with these options uses.
double learning_rate(const TrainOptions& options);

/// What a progress display needs; called from the training thread.
struct TrainProgress {
    int epoch = 0, epochs = 0;  ///< 1-based
    bool validating = false;
    std::size_t done = 0, total = 0;  ///< pictures of this epoch (or of its validation)
    double loss = 0, accuracy = 0;    ///< running figures of this epoch on the training pictures
};

struct EpochReport {
    int epoch = 0;
    double train_loss = 0, train_accuracy = 0;
    Metrics validation;  ///< without intervals
    double seconds = 0;
};

struct TrainReport {
    std::vector<EpochReport> epochs;
    int best_epoch = 0;                ///< of the lowest validation log loss; its weights are kept
    Weights weights;                   ///< of the best epoch
    std::vector<Scored> validation;    ///< of the best epoch: uncalibrated logits
    std::vector<std::string> skipped;  ///< pictures that could not be read, with the reason
    bool stopped_early = false;        ///< the callback asked to stop; the best epoch so far is kept
};

struct TrainCallbacks {
    std::function<void(const TrainProgress&)> progress;
    std::function<void(const EpochReport&)> epoch_done;
    std::function<bool()> stop_requested;  ///< asked after every batch
};

/// Trains a fresh network. Bit-identical for equal data, split and options, whatever the number of threads: a batch is
/// cut into fixed shards that are computed single-threaded and summed in order. Needs the libtorch module. Throws
/// Error(bad_data) for empty splits or a loss that is no number, Error(unsupported) where libtorch is missing.
TrainReport train_network(const Dataset& dataset, const Split& split, const TrainOptions& options,
                          const TrainCallbacks& callbacks);

}  // namespace slidetype
