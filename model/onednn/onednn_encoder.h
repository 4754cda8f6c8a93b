#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/network/model_directory.h"
#include "model/scoring/encoder.h"

namespace slidetype {

/// The features of one of our own networks with oneDNN, in floats or 8-bit integers, as the mean over the turns of the
/// model. A tile's features depend on nothing but the tile.
/// Throws Error(unsupported) for a TorchScript model or where oneDNN cannot do a layer; Error(usage) for integers where
/// the model was not calibrated for them.
std::unique_ptr<Encoder> make_onednn_encoder(const ModelDirectory& model, bool int8);

/// Which of oneDNN's implementations the layers and the conversions between them have here: "conv1: jit:avx2", …
std::vector<std::string> onednn_implementations(const ModelDirectory& model, bool int8);

}  // namespace slidetype
