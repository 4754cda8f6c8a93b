#include "model/training/training.h"

#include "model/training/torch_module.h"

namespace slidetype {

void set_notebook_recipe(TrainOptions& options) {
    options.batch = 40;
    options.weight_decay = 0;
    options.label_smoothing = 0;
    options.gate = false;
    options.augmentation = no_variation();
    options.augmentation.shear = options.augmentation.zoom = 0.2;
    options.augmentation.flip = true;
}

double learning_rate(const TrainOptions& options) {
    const double own = find_architecture(options.architecture).learning_rate;
    return options.learning_rate.value_or(options.from && !options.freeze_features ? own / 10 : own);
}

InputKind input_of(const TrainOptions& options) {
    return options.input.value_or(find_architecture(options.architecture).input);
}

int symmetry_of(const TrainOptions& options) {
    return options.symmetry.value_or(find_architecture(options.architecture).symmetry);
}

int turns_of(const TrainOptions& options) {
    const int usual = options.from && options.from->config.slidetype ? options.from->config.slidetype->turns
                                                                     : find_architecture(options.architecture).turns;
    return options.turns.value_or(usual);
}

TrainReport train_network(const Dataset& dataset, const Split& split, const TrainOptions& options,
                          const TrainCallbacks& callbacks) {
    return torch_module().train_network(dataset, split, options, callbacks);
}

std::vector<AugmentedExample> augmented_examples(const Dataset& dataset, const Split& split,
                                                 const TrainOptions& options, std::size_t count) {
    return torch_module().augmented_examples(dataset, split, options, count);
}

std::vector<float> features_of(const ModelConfig& config, const Weights& weights, const Dataset& dataset,
                               std::span<const std::size_t> members, int threads, std::vector<std::size_t>& loaded) {
    return torch_module().features_of(config, weights, dataset, members, threads, loaded);
}

}  // namespace slidetype
