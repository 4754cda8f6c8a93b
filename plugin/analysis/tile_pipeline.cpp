#include "plugin/analysis/tile_pipeline.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "base/random.h"
#include "plugin/analysis/block_pipeline.h"

namespace slidetype {
namespace {

/// Looks at few tiles, so that a large slide is no slower for it; a mean over some hundred tiles is as good as over
/// all.
std::vector<TileTraits> look_at_traits(const BlockPixels& block, const TileScores& scores,
                                       const PipelineOptions& options) {
    std::vector<TileTraits> traits;
    const auto every = options.traits_of_one_in;
    if (every == 0) return traits;
    const auto patch = static_cast<std::size_t>(options.patch_size_px);
    const std::size_t bytes = 3 * patch * patch;
    for (std::size_t i = 0; i < block.tiles.size(); ++i) {
        if (Random::mix(block.tiles[i]) % every != 0) continue;
        const auto strangeness = options.guard ? std::optional(scores.strangeness.at(i)) : std::nullopt;
        traits.push_back(tile_traits(std::span<const std::uint8_t>(block.pixels).subspan(i * bytes, bytes),
                                     options.patch_size_px, strangeness));
    }
    return traits;
}

/// The scores of one block, on their way into the whole.
struct BlockScores {
    std::vector<std::size_t> tiles;
    TileScores scores;
    std::vector<float> features;  ///< where they are asked for
    std::vector<TileTraits> traits;
};

void put_in_place(const BlockScores& block, const PipelineOptions& options, ScoredTiles& out) {
    const auto classes = options.classes;
    for (std::size_t i = 0; i < block.tiles.size(); ++i) {
        const auto tile = block.tiles[i];
        std::copy_n(block.scores.probabilities.begin() + static_cast<std::ptrdiff_t>(i * classes), classes,
                    out.probabilities.begin() + static_cast<std::ptrdiff_t>(tile * classes));
        if (options.gate) out.tumour[tile] = block.scores.tumour.at(i);
        if (options.guard) out.strangeness[tile] = block.scores.strangeness.at(i);
    }
    for (const auto& traits : block.traits) out.traits.add(traits);
    if (options.scored) options.scored(block.tiles, block.scores);
    if (options.encoded) options.encoded(block.tiles, block.features);
}

/// Fills in what the model says of the pixels of a block.
using Look = std::function<void(const BlockPixels& pixels, BlockScores& block)>;

ScoredTiles scored_by(const TileGrid& grid, std::span<const TileBlock> blocks, const TileReader& reader,
                      const Look& look, const PipelineOptions& options) {
    ScoredTiles out;
    constexpr float kNotScored = std::numeric_limits<float>::quiet_NaN();
    out.probabilities.assign(grid.tiles.size() * options.classes, kNotScored);
    if (options.gate) out.tumour.assign(grid.tiles.size(), kNotScored);
    if (options.guard) out.strangeness.assign(grid.tiles.size(), kNotScored);
    const auto score = [&](const BlockPixels& pixels) -> InTurn {
        BlockScores block;
        block.tiles = pixels.tiles;
        look(pixels, block);
        block.traits = look_at_traits(pixels, block.scores, options);
        return [&options, &out, block = std::move(block)] { put_in_place(block, options, out); };
    };
    auto done = run_blocks(blocks, reader, score, {options.threads, options.progress, options.stop_requested});
    out.failures = std::move(done.failures);
    out.seconds_read = done.seconds_read;
    out.seconds_resample = done.seconds_resample;
    out.seconds_score = done.seconds_work;
    out.seconds_wall = done.seconds_wall;
    out.thread_busy = std::move(done.thread_busy);
    out.stopped = done.stopped;
    return out;
}

}  // namespace

ScoredTiles score_blocks(const TileGrid& grid, std::span<const TileBlock> blocks, const TileReader& reader,
                         Classifier& classifier, const PipelineOptions& options) {
    const auto look = [&](const BlockPixels& pixels, BlockScores& block) {
        block.scores = classifier.classify(pixels.pixels, pixels.tiles.size());
    };
    return scored_by(grid, blocks, reader, look, options);
}

ScoredTiles score_blocks(const TileGrid& grid, std::span<const TileBlock> blocks, const TileReader& reader,
                         const OpenModel& model, const PipelineOptions& options) {
    const auto look = [&](const BlockPixels& pixels, BlockScores& block) {
        block.features = model.encoder->encode(pixels.pixels, pixels.tiles.size());
        block.scores = model.scorer->score(block.features, pixels.tiles.size());
        if (!options.encoded) block.features = {};
    };
    return scored_by(grid, blocks, reader, look, options);
}

}  // namespace slidetype
