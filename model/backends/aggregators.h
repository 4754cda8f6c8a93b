#pragma once

#include <filesystem>
#include <memory>

#include "model/network/model_directory.h"
#include "model/scoring/aggregator.h"

namespace slidetype {

/// What a model says of bags of its encoder's features, without the encoder: heads, or the mean of tile scores of a
/// network of ours. Throws Error(unsupported) for TorchScript models of others, whose features are their scores, and
/// what open_heads() throws.
std::unique_ptr<Aggregator> open_aggregator(const ModelDirectory& model);

/// Stores in config.json how calls of heads are calibrated (whatever else stands there stays), and the self-test anew
/// where the encoder is at hand. Throws Error(usage) where the model is none of heads, Error(io | bad_model).
void store_calibration(const std::filesystem::path& model_directory, double temperature, const StatedError& stated);

}  // namespace slidetype
