#pragma once

#include <filesystem>
#include <memory>

#include "model/scoring/classifier.h"
#include "model/torch/torch_headers.h"
#include "model/training/training.h"

namespace slidetype {

/// One of our own networks, batch normalisation folded; on a GPU with convolutions in half precision.
/// Throws Error(unsupported) where CUDA is wanted and there is none.
std::unique_ptr<Classifier> make_torch_classifier(const ModelDirectory& model, Device device);
/// A TorchScript model that somebody else made, with its transforms, in floats everywhere.
std::unique_ptr<Classifier> make_torchscript_classifier(const ModelDirectory& model, Device device);
/// See export_torchscript() in model/exchange/wsinfer_export.h.
void export_with_torch(const ModelDirectory& model, const std::filesystem::path& file);
/// "libtorch 1.13.1, CPU".
std::string backend_description(torch::Device device);

}  // namespace slidetype
