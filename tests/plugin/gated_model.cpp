#include "tests/plugin/gated_model.h"

#include "base/random.h"
#include "model/network/familiarity.h"
#include "tests/model/tile_pictures.h"

namespace slidetype::testing {

ModelDirectory write_gated_model(const std::filesystem::path& folder, const GatedModel& options) {
    auto model = write_random_model(folder, "compact", 1);
    const auto count = feature_count(find_architecture("compact"));
    Random random(5);
    HostTensor head{{1, static_cast<std::int64_t>(count)}, std::vector<float>(count, 0.0F)};
    if (options.gate_sees_tiles) {
        for (auto& value : head.values) value = static_cast<float>(random.uniform(-1, 1));
    }
    model.weights["gate.weight"] = std::move(head);
    model.weights["gate.bias"] = {{1}, {static_cast<float>(options.gate_bias)}};

    constexpr std::size_t kTiles = 40;
    std::vector<float> features(kTiles * count);
    for (auto& value : features) value = static_cast<float>(random.uniform(0, 1));
    std::vector<int> labels(kTiles);
    for (std::size_t t = 0; t < kTiles; ++t) labels[t] = static_cast<int>(t % 2);

    model.config.name = "gated";
    model.config.slidetype->gate.emplace();
    model.config.slidetype->familiarity.emplace();
    model.config.slidetype->familiarity->threshold = options.guard_threshold;
    write_model_directory(folder, model.config, model.weights, StorageType::f32,
                          fit_familiarity(features, count, labels));
    return read_model_directory(folder);
}

KnownDomain material_of(const TileTraits& traits) {
    KnownMaterial material;
    material.mean = traits;
    for (std::size_t k = 0; k < kTraits; ++k) material.between[k * kTraits + k] = 0.01;
    material.limit = 3;
    material.witness_limits = {3, 3, 3};
    material.groups = 30;
    return {material};
}

}  // namespace slidetype::testing
