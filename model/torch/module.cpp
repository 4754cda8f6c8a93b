#include "model/training/torch_module.h"

#include "model/torch/backends.h"
#include "model/torch/border.h"
#include "model/torch/device.h"
#include "model/torch/trainer.h"

namespace slidetype {
namespace {

std::unique_ptr<Encoder> open(const ModelDirectory& model, Device device) try {
    return make_torch_encoder(model, device);
} catch (...) {
    rethrow_from_libtorch(ErrorCode::bad_model, model.path.string(), "libtorch cannot open it", "");
}

std::unique_ptr<Encoder> open_file(const ForeignFile& script, Device device) try {
    return make_script_encoder(script, device);
} catch (...) {
    rethrow_from_libtorch(ErrorCode::bad_model, script.file.string(), "libtorch cannot open it", "");
}

std::unique_ptr<Aggregator> open_head(const ScriptHead& head) try { return make_script_head(head); } catch (...) {
    rethrow_from_libtorch(ErrorCode::bad_model, head.file.string(), "libtorch cannot open it", "");
}

std::string describe(Device device) try { return backend_description(choose_device(device)); } catch (...) {
    rethrow_from_libtorch(ErrorCode::internal, "libtorch", "fails", "");
}

std::vector<AugmentedExample> examples_of(const Dataset& dataset, const Split& split, const TrainOptions& options,
                                          std::size_t count) try {
    return augmented_examples_with_torch(dataset, split, options, count);
} catch (...) {
    rethrow_from_libtorch(ErrorCode::internal, "varied pictures", "libtorch fails", "");
}

std::vector<float> look_at(const ModelConfig& config, const Weights& weights, const Dataset& dataset,
                           std::span<const std::size_t> members, int threads, std::vector<std::size_t>& loaded) try {
    return features_with_torch(config, weights, dataset, members, threads, loaded);
} catch (...) {
    rethrow_from_libtorch(ErrorCode::internal, config.name, "libtorch cannot compute its features", "");
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const TorchModule* slidetype_torch_module_v6() {
    static const TorchModule module = {open,        open_file, open_head, describe, train_with_torch, export_with_torch,
                                       examples_of, look_at};
    return &module;
}

}  // namespace slidetype
