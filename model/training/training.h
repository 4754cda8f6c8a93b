#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/raster.h"
#include "model/data/dataset.h"
#include "model/metrics/metrics.h"
#include "model/network/model_directory.h"
#include "model/network/weights.h"
#include "model/training/variation.h"

namespace slidetype {

enum class Device { automatic, cpu, cuda };

struct TrainOptions {
    std::string architecture = "compact";
    std::optional<InputKind> input;  ///< what is done to the pixels; unset: what suits the network
    /// Turns under which the network is made to give the same: 1, 4 or 8; unset: what suits the network. See
    /// symmetry.h.
    std::optional<int> symmetry;
    /// Positions of a tile over which the model averages; unset: those of the model that training goes on from, else
    /// what suits the network. See turns.h. Epochs are compared by the tiles as they are.
    std::optional<int> turns;
    int epochs = 10;
    int batch = 64;
    /// Highest rate of the one cycle (linear rise over 1/4 of the steps, then a cosine to 0); the network's own if
    /// unset, a tenth of it when training goes on from another model and all of its layers learn.
    std::optional<double> learning_rate;
    double weight_decay = 1e-2;  ///< decoupled (AdamW)
    double label_smoothing = 0.05;
    /// Pictures of the rarer class count more, so that both classes weigh the same.
    bool balance_classes = true;
    /// Train the tumour gate where the data has benign pictures.
    bool gate = true;
    /// Share that every step takes of the new weights in the average that is validated and kept (Polyak averaging,
    /// with running statistics), and at least that of a plain mean of all steps so far; 1 keeps the plain weights.
    double averaging = 0.02;
    int patience = 0;              ///< stop after so many epochs without a lower validation loss; 0: never
    bool keep_last_epoch = false;  ///< keep the last epoch, not the best on the validation pictures
    std::uint64_t seed = 1337;
    int threads = 1;
    Device device = Device::automatic;
    Augmentation augmentation;

    /// A model of ours to go on from, of the same architecture and input; unset: fresh weights.
    std::optional<ModelDirectory> from;
    /// Only the last layer and the gate learn: the features, and what is known of them, stay. Needs `from`.
    bool freeze_features = false;
    /// File that holds the whole state after every epoch; empty: none.
    std::filesystem::path checkpoint;
    /// Go on from the checkpoint, if there is one, bit for bit as if never interrupted.
    bool resume = false;
};

/// Sets what the notebook that slidetype began with did, as far as it is a choice of ours: shear, zoom and a horizontal
/// flip of 20 % each way, colours as they are, batches of 40, plain labels, no weight decay, no gate. (Its constant
/// rate is here the top of the one cycle.) It is there to repeat the notebook's figures, not because it is good.
void set_notebook_recipe(TrainOptions& options);

/// The rate, the input, the symmetry and the turns that training with these options uses.
double learning_rate(const TrainOptions& options);
InputKind input_of(const TrainOptions& options);
int symmetry_of(const TrainOptions& options);
int turns_of(const TrainOptions& options);

/// What a progress display needs; called from the training thread.
struct TrainProgress {
    int epoch = 0, epochs = 0;  ///< 1-based
    bool validating = false;
    std::size_t done = 0, total = 0;  ///< pictures of this epoch (or of its validation)
    double loss = 0, accuracy = 0;    ///< running figures of this epoch on the training pictures
};

struct EpochReport {
    int epoch = 0;
    double train_loss = 0, train_accuracy = 0;  ///< LUAD against LUSC, on varied pictures, while learning
    Metrics validation;                         ///< without intervals
    double seconds = 0;
    double waited_s = 0;  ///< of them, how long computing stood still for want of pictures
};

struct TrainReport {
    std::vector<EpochReport> epochs;
    int best_epoch = 0;              ///< of the lowest validation log loss (or the last); its weights are kept
    Weights weights;                 ///< of that epoch
    std::vector<Scored> validation;  ///< of that epoch: uncalibrated logits, LUAD and LUSC only
    std::vector<Scored>
        gate_validation;               ///< of that epoch: gate logits, label 1 tumour, 0 benign; empty without a gate
    std::vector<std::string> skipped;  ///< pictures that could not be read, with the reason
    bool stopped_early = false;        ///< the callback asked to stop; the best epoch so far is kept
    int resumed_after = 0;             ///< epochs that a checkpoint had already; 0 for a fresh start
    std::string device;                ///< in words
};

struct TrainCallbacks {
    std::function<void(const TrainProgress&)> progress;
    std::function<void(const EpochReport&)> epoch_done;
    std::function<bool()> stop_requested;  ///< asked after every batch
};

/// Trains a network. On the CPU bit-identical for equal data, split and options, whatever the number of threads: a
/// batch is cut into fixed shards that are computed single-threaded and summed in order. On a GPU a batch is computed
/// whole in mixed precision, and its sums may differ in the last bits from run to run.
/// Pictures are read and varied on all threads while the batch before is computed.
/// Needs the libtorch module. Throws Error(bad_data) for empty splits or a loss that is no number (the checkpoint of
/// the epoch before stays), Error(unsupported) where libtorch or the device is missing, Error(bad_model) where `from`
/// or the checkpoint does not fit, Error(io) where the checkpoint cannot be written.
TrainReport train_network(const Dataset& dataset, const Split& split, const TrainOptions& options,
                          const TrainCallbacks& callbacks);

/// A training picture before and after it was varied, both at the network's patch size.
struct AugmentedExample {
    std::size_t tile = 0;  ///< index into Dataset::tiles
    RgbImage before, after;
};
/// The first variations that training would see of `count` of its pictures, spread over the training set.
std::vector<AugmentedExample> augmented_examples(const Dataset& dataset, const Split& split,
                                                 const TrainOptions& options, std::size_t count);

/// Features (see feature_count()) of the pictures of `members` that can be read, each brought to the patch size whole;
/// `loaded` receives which. Rows in the order of `members`. Bit-identical for any number of threads.
std::vector<float> features_of(const ModelConfig& config, const Weights& weights, const Dataset& dataset,
                               std::span<const std::size_t> members, int threads, std::vector<std::size_t>& loaded);

}  // namespace slidetype
