#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/scoring/aggregator.h"
#include "model/scoring/foreign_encoder.h"
#include "model/training/training.h"

namespace slidetype {

/// A head of others: a TorchScript file that makes of the features of a bag, tiles x dimension floats, two logits and,
/// perhaps, the attention of each tile.
struct ScriptHead {
    std::filesystem::path file;
    std::size_t dimension = 0;
    std::array<std::size_t, 2> columns = {0, 1};  ///< which of the logits are LUAD and LUSC
    double temperature = 1;
};

/// What the libtorch module offers. A program that links libtorch pays about a second and 160 MB before main, so only
/// this table stands between us and libtorch, and the module that fills it is loaded when first needed.
struct TorchModule {
    std::unique_ptr<Encoder> (*open_network)(const ModelDirectory&, Device);  ///< of ours
    std::unique_ptr<Encoder> (*open_script)(const ForeignFile&, Device);      ///< of others, in floats everywhere
    std::unique_ptr<Aggregator> (*open_head)(const ScriptHead&);
    std::string (*describe)(Device);
    TrainReport (*train_network)(const Dataset&, const Split&, const TrainOptions&, const TrainCallbacks&);
    void (*export_torchscript)(const ModelDirectory&, const std::filesystem::path&);
    std::vector<AugmentedExample> (*augmented_examples)(const Dataset&, const Split&, const TrainOptions&, std::size_t);
    std::vector<float> (*features_of)(const ModelConfig&, const Weights&, const Dataset&, std::span<const std::size_t>,
                                      int, std::vector<std::size_t>&);
};

/// Loads the module once; thread-safe. Looks at $SLIDETYPE_TORCH_MODULE, beside the program (../lib/slidetype), and at
/// the place of installation. Throws Error(unsupported) naming what was tried.
const TorchModule& torch_module();

/// The one symbol of the module, found by name.
extern "C" const TorchModule* slidetype_torch_module_v6();

}  // namespace slidetype
