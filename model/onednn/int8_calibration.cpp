#include "model/onednn/int8_calibration.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "model/onednn/equalise.h"
#include "model/onednn/network.h"

namespace slidetype {
namespace {

constexpr std::size_t kFewestTiles = 8;

struct Range {
    float least = 0, most = 0;
};
using Ranges = std::map<std::string, Range>;

/// The values that enter each layer, zero among them.
Ranges input_ranges(const OnednnNetwork& network, std::span<const std::uint8_t> tiles, std::size_t tile_bytes) {
    const auto workspace = network.make_workspace();
    Ranges ranges;
    const auto look = [&ranges](const std::string& layer, std::span<const float> values) {
        auto& range = ranges[layer];
        for (const float value : values) {
            range.least = std::min(range.least, value);
            range.most = std::max(range.most, value);
        }
    };
    const auto batch = OnednnNetwork::kTiles * tile_bytes;
    for (std::size_t begin = 0; begin < tiles.size(); begin += batch) {
        (void)network.features(tiles.subspan(begin, std::min(batch, tiles.size() - begin)), *workspace, look);
    }
    return ranges;
}

std::vector<double> mean_features(const OnednnNetwork& network, std::span<const std::uint8_t> tiles,
                                  std::size_t tile_bytes) {
    const auto workspace = network.make_workspace();
    const auto batch = OnednnNetwork::kTiles * tile_bytes, count = tiles.size() / tile_bytes;
    std::vector<double> mean;
    for (std::size_t begin = 0; begin < tiles.size(); begin += batch) {
        const auto now = std::min(batch, tiles.size() - begin);
        const auto features = network.features(tiles.subspan(begin, now), *workspace);
        mean.resize(features.size() / (now / tile_bytes));
        for (std::size_t i = 0; i < features.size(); ++i) {
            mean[i % mean.size()] += double{features[i]} / static_cast<double>(count);
        }
    }
    return mean;
}

/// What a linear layer gives on average for `wanted` less what it gives for `seen`.
double mean_difference(const HostTensor& weight, std::span<const double> wanted, std::span<const double> seen) {
    double sum = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) sum += double{weight.values[i]} * (wanted[i] - seen[i]);
    return sum;
}

}  // namespace

Int8Config calibrate_int8(const ModelDirectory& model, std::span<const std::uint8_t> tiles) {
    require_network(model, "stays as it is");
    const auto edge = static_cast<std::size_t>(model.config.patch_size_px), bytes = 3 * edge * edge;
    if (tiles.size() < kFewestTiles * bytes) {
        throw Error(ErrorCode::bad_data, "calibration",
                    "needs at least " + std::to_string(kFewestTiles) + " tiles to see what values there are");
    }
    const auto& architecture = find_architecture(model.config.architecture);
    const auto input = input_of(model.config);
    // As make_onednn_encoder() has them, for the steps are those of these weights.
    const auto weights = equalise_channels(fold_batch_norm(model.weights, architecture), architecture);
    const OnednnNetwork network(architecture, input, weights, nullptr);
    Int8Config int8;
    auto ranges = input_ranges(network, tiles, bytes);
    const auto first = weighted_layers(architecture).front();
    if (is_made_of_bytes(input)) ranges[first] = {0, 1};  // exact, whatever the tiles show
    for (const auto& [layer, range] : ranges) {
        const double reach = double{range.most} - double{range.least};
        int8.steps[layer] = reach > 0 ? reach / kLargestByte : 1;
    }
    // Only the first layer sees values below zero.
    int8.zero = static_cast<int>(std::lround(-double{ranges[first].least} / int8.steps[first]));
    const auto wanted = mean_features(network, tiles, bytes);
    const auto seen = mean_features(OnednnNetwork(architecture, input, weights, &int8), tiles, bytes);
    int8.logit_shift = mean_difference(weights.at(weighted_layers(architecture).back() + ".weight"), wanted, seen);
    if (has_gate(weights)) int8.gate_logit_shift = mean_difference(weights.at("gate.weight"), wanted, seen);
    return int8;
}

}  // namespace slidetype
