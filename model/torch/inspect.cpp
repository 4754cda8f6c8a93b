// What reports and the familiarity guard look at: varied pictures and features.
#include <array>

#include "base/chunks.h"
#include "base/parallel.h"
#include "model/torch/network.h"
#include "model/torch/picture_source.h"
#include "model/torch/trainer.h"

namespace slidetype {
namespace {

constexpr std::size_t kBatch = 16;

RgbImage to_image(const torch::Tensor& tile) {
    const auto bytes = tile.permute({1, 2, 0}).round().clamp(0, 255).to(torch::kUInt8).contiguous();
    RgbImage image(static_cast<int>(bytes.size(1)), static_cast<int>(bytes.size(0)));
    std::copy_n(bytes.data_ptr<std::uint8_t>(), bytes.numel(), image.pixels.begin());
    return image;
}

}  // namespace

std::vector<AugmentedExample> augmented_examples_with_torch(const Dataset& dataset, const Split& split,
                                                            const TrainOptions& options, std::size_t count) {
    compute_on_this_thread_alone();
    PictureSource source(dataset, find_architecture(options.architecture).patch_size_px, split.train);
    std::vector<AugmentedExample> examples;
    count = std::min(count, split.train.size());
    for (std::size_t i = 0; i < count; ++i) {
        const std::array<std::size_t, 1> member = {split.train[i * split.train.size() / count]};
        const auto before = source.plain(member), after = source.varied(member, options.augmentation, options.seed, 1);
        if (!before.tiles.defined()) continue;
        examples.push_back({member[0], to_image(before.tiles[0]), to_image(after.tiles[0])});
    }
    return examples;
}

std::vector<float> features_with_torch(const ModelConfig& config, const Weights& weights, const Dataset& dataset,
                                       std::span<const std::size_t> members, int threads,
                                       std::vector<std::size_t>& loaded) {
    const auto& architecture = find_architecture(config.architecture);
    const auto folded = to_torch(fold_batch_norm(weights, architecture));
    PictureSource source(dataset, architecture.patch_size_px);
    const std::size_t batches = chunk_count(members.size(), kBatch);
    std::vector<std::vector<float>> parts(batches);
    std::vector<std::vector<std::size_t>> part_members(batches);
    parallel_for(threads, batches, [&](std::size_t b) {
        compute_on_this_thread_alone();
        const torch::InferenceMode inference;
        const auto tiles = source.plain(chunk(members, kBatch, b));
        if (!tiles.tiles.defined()) return;
        const auto pass = [&](const torch::Tensor& turned) {
            return forward_folded(architecture, input_of(config), folded, turned);
        };
        const auto features = mean_over_turns(tiles.tiles, config.slidetype->turns, pass).features.contiguous();
        parts[b].assign(features.data_ptr<float>(), features.data_ptr<float>() + features.numel());
        part_members[b] = tiles.members;
    });
    std::vector<float> out;
    for (std::size_t b = 0; b < batches; ++b) {
        out.insert(out.end(), parts[b].begin(), parts[b].end());
        loaded.insert(loaded.end(), part_members[b].begin(), part_members[b].end());
    }
    return out;
}

}  // namespace slidetype
