#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "bench/cross_validation/unit_result.h"
#include "model/network/model_directory.h"
#include "model/training/training.h"

namespace slidetype::bench {

/// How a network is trained for every unit.
struct NetworkRun {
    std::string label;     ///< "compact", "compact-grey_density"
    TrainOptions options;  ///< epochs, input, threads …; the unit decides which epoch is kept
    /// How long the gate learns from tiles of scanner tissue, where the data has such. The features are those of the
    /// training before: learnt together they cost accuracy, and would be learnt from a scanner in place of a class.
    int gate_epochs = 3;
    /// The trained model of every unit is kept here, and checkpoints on the way, so that an interrupted run goes on.
    /// What lies here under a label was trained with these very options: another recipe needs another label.
    std::filesystem::path work;
};

/// Called with a line of text now and then.
using Say = std::function<void(const std::string&)>;

/// Trains a network for the unit, or takes the one that an earlier run left in the work folder, and scores what the
/// unit holds out, as it is and (but for clusters) under every picture shift. Throws what fit_model() throws.
UnitResult run_network(const Dataset& dataset, const Unit& unit, const NetworkRun& run, const Say& say);

/// Scores what the unit holds out with a model that was trained elsewhere on that unit's training pictures.
/// Its word is taken for that: nothing can check it. Throws Error(bad_model | bad_data).
UnitResult score_network(const Dataset& dataset, const Unit& unit, const std::string& label,
                         const ModelDirectory& model, const std::string& epoch_choice, int threads, const Say& say);

/// How fast a model scores.
struct Speed {
    std::string label;
    double tiles_per_second = 0;  ///< one thread, batches of eight, from 8-bit RGB to probabilities; the best of rounds
    std::string machine;          ///< the processor's name
};
Speed measure_speed(const std::string& label, const ModelDirectory& model, int rounds);
/// LABEL.speed.json in `folder`. Throws Error(io).
void write_speed(const std::filesystem::path& folder, const Speed& speed);
/// Nothing where the label has not been timed. Throws Error(bad_data).
std::optional<Speed> read_speed(const std::vector<std::filesystem::path>& folders, const std::string& label);

}  // namespace slidetype::bench
