#pragma once

#include <filesystem>
#include <memory>

#include "model/scoring/foreign_encoder.h"
#include "model/torch/torch_headers.h"
#include "model/training/torch_module.h"
#include "model/training/training.h"

namespace slidetype {

/// The features of one of our own networks, batch normalisation folded, as the mean over the turns of the model; on a
/// GPU with convolutions in half precision. Throws Error(unsupported) where CUDA is wanted and there is none.
std::unique_ptr<Encoder> make_torch_encoder(const ModelDirectory& model, Device device);
/// A TorchScript file that somebody else made, with its transforms, in floats everywhere.
std::unique_ptr<Encoder> make_script_encoder(const ForeignFile& script, Device device);
/// A head of others, on the processor. It is tried on drawn features. Throws Error(bad_model) where it cannot be
/// loaded, fails, or gives something else.
std::unique_ptr<Aggregator> make_script_head(const ScriptHead& head);
/// See export_torchscript() in model/exchange/wsinfer_export.h.
void export_with_torch(const ModelDirectory& model, const std::filesystem::path& file);
/// "libtorch 1.13.1, CPU".
std::string backend_description(torch::Device device);

}  // namespace slidetype
