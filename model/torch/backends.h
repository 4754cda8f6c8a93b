#pragma once

#include <filesystem>
#include <memory>

#include "model/classifier.h"

namespace slidetype {

/// One of our own networks, batch normalisation folded.
std::unique_ptr<Classifier> make_torch_classifier(const ModelDirectory& model);
/// A TorchScript model that somebody else made, with its transforms.
std::unique_ptr<Classifier> make_torchscript_classifier(const ModelDirectory& model);
/// See export_torchscript() in model/classifier.h.
void export_with_torch(const ModelDirectory& model, const std::filesystem::path& file);
/// "libtorch 1.13.1, CPU".
std::string backend_description();

}  // namespace slidetype
