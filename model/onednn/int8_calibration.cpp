#include "model/int8_calibration.h"

#include <algorithm>

#include "base/error.h"
#include "model/onednn/equalise.h"
#include "model/onednn/network.h"

namespace slidetype {
namespace {

constexpr std::size_t kFewestTiles = 8;

using Largest = std::map<std::string, float>;

/// The largest value that enters each layer.
Largest largest_inputs(const OnednnNetwork& network, std::span<const std::uint8_t> tiles, std::size_t tile_bytes) {
    const auto workspace = network.make_workspace();
    Largest largest;
    const auto look = [&largest](const std::string& layer, std::span<const float> values) {
        auto& most = largest[layer];
        for (const float value : values) most = std::max(most, value);
    };
    const auto batch = OnednnNetwork::kTiles * tile_bytes;
    for (std::size_t begin = 0; begin < tiles.size(); begin += batch) {
        (void)network.features(tiles.subspan(begin, std::min(batch, tiles.size() - begin)), *workspace, look);
    }
    return largest;
}

}  // namespace

Int8Config calibrate_int8(const ModelDirectory& model, std::span<const std::uint8_t> tiles) {
    if (model.is_torchscript()) {
        throw Error(ErrorCode::usage, model.path.string(), "is a TorchScript model of others; it stays as it is");
    }
    const auto edge = static_cast<std::size_t>(model.config.patch_size_px), bytes = 3 * edge * edge;
    if (tiles.size() < kFewestTiles * bytes) {
        throw Error(ErrorCode::bad_data, "calibration",
                    "needs at least " + std::to_string(kFewestTiles) + " tiles to see what values there are");
    }
    const auto& architecture = find_architecture(model.config.architecture);
    const auto input = input_of(model.config);
    // As make_onednn_classifier() has them, for the steps are those of these weights.
    const auto weights = equalise_channels(fold_batch_norm(model.weights, architecture), architecture);
    const OnednnNetwork network(architecture, input, weights, nullptr);
    Int8Config int8;
    for (const auto& [layer, largest] : largest_inputs(network, tiles, bytes)) {
        int8.steps[layer] = largest > 0 ? double{largest} / kLargestByte : 1;
    }
    const auto first = weighted_layers(architecture).front();
    if (is_made_of_bytes(input)) {
        int8.steps[first] = 1.0 / kLargestByte;  // exact
    } else {
        int8.steps.erase(first);
    }
    return int8;
}

}  // namespace slidetype
