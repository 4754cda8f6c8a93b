#include "model/training/torch_module.h"

#include "model/torch/backends.h"
#include "model/torch/device.h"
#include "model/torch/trainer.h"

namespace slidetype {
namespace {

std::unique_ptr<Classifier> open(const ModelDirectory& model, Device device) {
    return model.is_torchscript() ? make_torchscript_classifier(model, device) : make_torch_classifier(model, device);
}

std::string describe(Device device) {
    return backend_description(choose_device(device));
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const TorchModule* slidetype_torch_module_v4() {
    static const TorchModule module = {
        open, describe, train_with_torch, export_with_torch, augmented_examples_with_torch, features_with_torch};
    return &module;
}

}  // namespace slidetype
