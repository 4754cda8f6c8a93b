#pragma once

#include <filesystem>

#include "model/exchange/wsinfer_export.h"
#include "model/network/model_directory.h"

namespace slidetype {

/// Writes the network as TorchScript that WSInfer and QuPath's WSInfer extension load: input N × 3 × patch × patch in
/// 0 … 1, output two logits [0, z / temperature] per tile, since both apply softmax. Throws Error(io | bad_model |
/// unsupported).
void export_torchscript(const ModelDirectory& model, const std::filesystem::path& file);

/// Writes a directory that WSInfer and QuPath's WSInfer extension load: torchscript_model.pt with two logits, and
/// config.json by WSInfer's schema "wsinfer-model-config" 1.0 without anything of ours. Gate and familiarity stay
/// behind, for those programs know neither. Throws Error(usage) where the model is somebody else's TorchScript or
/// `directory` holds a model of ours, and Error(io | bad_model | unsupported).
void export_for_wsinfer(const ModelDirectory& model, const std::filesystem::path& directory);

}  // namespace slidetype
