#include "model/torch_module.h"

#include <dlfcn.h>

#include <cstdlib>
#include <vector>

#include "base/build_paths.h"
#include "base/error.h"
#include "base/own_folders.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> candidates() {
    static constexpr const char* kName = "libslidetype_torch.so";
    if (const char* named = std::getenv("SLIDETYPE_TORCH_MODULE")) return {named};
    std::vector<fs::path> places;
    for (const auto& own : own_folders()) {
        places.push_back(own / "slidetype" / kName);  // beside the shared library
        places.push_back(own / "../lib/slidetype" / kName);
        places.push_back(own / ".." / kLibraryFolder / "slidetype" / kName);
    }
    places.push_back(fs::path(kInstallPrefix) / kLibraryFolder / "slidetype" / kName);
    return places;
}

const TorchModule* load() {
    std::string tried;
    for (const auto& place : candidates()) {
        std::error_code error;
        if (!fs::exists(place, error)) {
            tried += "\n  " + place.lexically_normal().string() + ": not there";
            continue;
        }
        void* library = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
        void* symbol = library != nullptr ? ::dlsym(library, "slidetype_torch_module_v3") : nullptr;
        if (symbol != nullptr) return reinterpret_cast<decltype(&slidetype_torch_module_v3)>(symbol)();
        tried += "\n  " + place.lexically_normal().string() + ": " + ::dlerror();
    }
    throw Error(ErrorCode::unsupported, "libtorch module", "cannot be loaded; tried:" + tried,
                "Install slidetype completely, or name the file in SLIDETYPE_TORCH_MODULE.");
}

}  // namespace

const TorchModule& torch_module() {
    // Never unloaded: libtorch's own threads and statics do not survive that.
    static const TorchModule* const module = load();
    return *module;
}

void export_torchscript(const ModelDirectory& model, const fs::path& file) {
    torch_module().export_torchscript(model, file);
}

void set_notebook_recipe(TrainOptions& options) {
    options.batch = 40;
    options.weight_decay = 0;
    options.label_smoothing = 0;
    options.gate = false;
    options.augmentation = {.shear = 0.2,
                            .zoom = 0.2,
                            .flip = true,
                            .right_angles = false,
                            .rotation_degrees = 0,
                            .stain = 0,
                            .white_balance = 0,
                            .brightness = 0,
                            .blur_px = 0,
                            .jpeg_quality = 0};
}

double learning_rate(const TrainOptions& options) {
    const double own = find_architecture(options.architecture).learning_rate;
    return options.learning_rate.value_or(options.from ? own / 10 : own);
}

InputKind input_of(const TrainOptions& options) {
    return options.input.value_or(find_architecture(options.architecture).input);
}

int symmetry_of(const TrainOptions& options) {
    return options.symmetry.value_or(find_architecture(options.architecture).symmetry);
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
