#pragma once

#include <memory>

#include "model/backends/backend.h"
#include "model/network/model_directory.h"
#include "model/scoring/encoder.h"
#include "model/training/torch_module.h"

namespace slidetype {

/// The features of a network of ours with a backend. Throws what open_classifier() throws.
std::unique_ptr<Encoder> open_network_encoder(const ModelDirectory& model, Backend backend);

/// A TorchScript file on the processor or a GPU. Throws Error(bad_model), and Error(unsupported) for other backends and
/// where the libtorch module is not installed or sees no GPU.
std::unique_ptr<Encoder> open_script_encoder(const ForeignFile& script, Backend backend);

/// An ONNX file on the processor. Throws Error(bad_model), and Error(unsupported) for other backends than `automatic`
/// and where ONNX Runtime is missing.
std::unique_ptr<Encoder> open_onnx_encoder(ForeignFile file, Backend backend);

}  // namespace slidetype
