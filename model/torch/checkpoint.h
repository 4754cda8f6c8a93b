#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "model/torch/network.h"
#include "model/training/training.h"

namespace slidetype {

/// What was seen in one epoch.
struct EpochRecord {
    EpochReport report;
    std::vector<Scored> validation, gate_validation;
};

/// All that training goes on from after an epoch.
struct TrainState {
    int epoch = 0;  ///< epochs done
    TorchWeights weights, average, best;
    int best_epoch = 0;
    double best_loss = 0;
    std::vector<EpochRecord> history;
    std::vector<std::string> skipped;
};

/// Throws Error(io) where the disk has no room for two checkpoints (the one before stays until the next is complete; it
/// counts where it is there), or where the folder cannot be written to.
void check_room_for_checkpoint(const std::filesystem::path& file, const TrainState& state);

/// Writes state and optimiser to one file, which is replaced at once. Throws Error(io) that names what stays
/// to go on from.
void save_checkpoint(const std::filesystem::path& file, const TrainState& state, torch::optim::Optimizer& optimizer,
                     const std::string& fingerprint);

/// Reads them back, tensors to the device of `state.weights`; the optimiser must have been made for the same tensors.
/// Throws Error(bad_data) where the file is damaged or belongs to another training (see training_fingerprint()).
void load_checkpoint(const std::filesystem::path& file, TrainState& state, torch::optim::Optimizer& optimizer,
                     const std::string& fingerprint);

}  // namespace slidetype
