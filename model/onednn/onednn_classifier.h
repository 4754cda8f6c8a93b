#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/network/model_directory.h"
#include "model/scoring/classifier.h"

namespace slidetype {

/// One of our own networks with oneDNN, in floats or 8-bit integers. A tile's result depends on nothing but the tile.
/// Throws Error(unsupported) for a TorchScript model or where oneDNN cannot do a layer; Error(usage) for integers where
/// the model was not calibrated for them.
std::unique_ptr<Classifier> make_onednn_classifier(const ModelDirectory& model, bool int8);

/// Which of oneDNN's implementations the layers and the conversions between them have here: "conv1: jit:avx2", …
std::vector<std::string> onednn_implementations(const ModelDirectory& model, bool int8);

}  // namespace slidetype
