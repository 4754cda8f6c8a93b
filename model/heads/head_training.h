#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/heads/attention_head.h"
#include "model/heads/bag_store.h"

namespace slidetype {

/// How a head learns from the label of a bag.
enum class HeadLoss {
    bag,       ///< cross entropy of the bag alone (ABMIL)
    clam,      ///< and of its most and least attended tiles (CLAM-SB: Lu et al., Nature Biomedical Engineering 2021)
    each_tile  ///< the bag's label on every tile, whose mean is the bag's (DeepPATH); no attention
};

struct HeadOptions {
    HeadLoss loss = HeadLoss::bag;
    std::size_t hidden = 0, attention = 0;  ///< 0: what suits the number of features, see head_shape()
    int epochs = 32;
    std::size_t batch = 8;    ///< slides of a step, of which a head learns from those that are not kept for its figures
    std::size_t tiles = 512;  ///< drawn of a bag in each step
    double dropout = 0.25;
    double learning_rate =
        2e-4;  ///< the top of the one cycle: a linear rise over a quarter of the steps, then a cosine to 0
    double weight_decay = 1e-2;      ///< decoupled (AdamW)
    double instance_weight = 0.3;    ///< HeadLoss::clam: share of the tiles' loss
    std::size_t instance_tiles = 8;  ///< HeadLoss::clam: so many of the most and of the least attended
    bool balance_classes = true;     ///< slides of the rarer class count more
    std::uint64_t seed = 1337;
    int threads = 1;
    /// File that holds the whole state after every epoch; empty: none.
    std::filesystem::path checkpoint;
    bool resume = false;  ///< go on from the checkpoint, if there is one, bit for bit as if never interrupted
};

/// The head that is trained for vectors of so many numbers: 512 and 256 (CLAM's) from 512 numbers on, else half of it.
HeadShape head_shape(std::size_t inputs, const HeadOptions& options);

/// A bag and what it teaches.
struct TeachingBag {
    std::size_t bag = 0;      ///< its number in the BagStore
    int label = 0;            ///< 0 LUAD, 1 LUSC
    std::size_t patient = 0;  ///< bags of one patient are never on both sides of a fold
    int fold = 0;             ///< the head of this fold does not learn from it; -1: every head does
};

/// What was seen in an epoch. A bag that is kept for a head's figures is looked at when its turn comes, by the head as
/// it is then, on drawn tiles, so that it is read once.
struct HeadEpoch {
    int epoch = 0;
    double train_loss = 0, train_auc = 0;  ///< of the bags that taught, while learning, over all heads
    double loss = 0, auc = 0;              ///< of the bags that were kept out
    double seconds = 0;
};

/// What a bag was given by the head that has not learned from it.
struct HeldOut {
    std::size_t bag = 0;  ///< index into the bags that were given
    double logit = 0;     ///< of the whole bag, by the trained head, before calibration
};

struct HeadReport {
    std::vector<HeadWeights> heads;  ///< one per fold, in the order of the folds, for inputs as they are in the bags
    std::vector<HeadEpoch> epochs;
    std::vector<HeldOut> held_out;  ///< of the bags with a fold, in their order
    int resumed_after = 0;          ///< epochs that a checkpoint had already
    bool stopped_early = false;     ///< the callback asked to stop
    double seconds_reading = 0;     ///< summed over threads
};

/// What a progress display needs; called by one thread at a time.
struct HeadProgress {
    int epoch = 0, epochs = 0;        ///< 1-based
    std::size_t done = 0, total = 0;  ///< bags of this epoch; of the last look at whole bags, where `measuring`
    bool measuring = false;
    double loss = 0, auc = 0;  ///< of the epoch before, on the bags that were kept out; NaN in the first
};

struct HeadCallbacks {
    std::function<void(const HeadProgress&)> progress;
    std::function<void(const HeadEpoch&)> epoch_done;
    std::function<bool()> stop_requested;  ///< asked after every step
};

/// Trains one head per fold, all at once: each step goes through the same few slides, of which each head learns from
/// those that are not of its fold, so every slide is read once in an epoch. No epoch is chosen by what the kept-out
/// bags say, so their figures are honest. Numbers are standardised by the mean and deviation over all bags, which is
/// put into the weights in the end. Bit-identical for equal bags and options, whatever the number of threads. Throws
/// Error(bad_data) where a fold leaves a class out on the learning side, for bags of different dimension (naming two)
/// and for a loss that is no number, what BagStore throws, Error(io) where the checkpoint cannot be written.
HeadReport train_heads(std::span<const TeachingBag> bags, BagStore& store, const HeadOptions& options,
                       const HeadCallbacks& callbacks = {});

}  // namespace slidetype
