// Which pictures of a dataset cannot be used, and why.
#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "model/data/dataset.h"

namespace slidetype {
namespace {

constexpr int kMinEdgePx = 32, kMaxEdgePx = 8192;
constexpr int kMostUnequal = 2;  // long edge over short edge

std::string size_text(const RgbImage& image) {
    return std::to_string(image.width) + " x " + std::to_string(image.height) + " pixels";
}

/// Why the picture cannot be used; empty where it can.
std::string fault_of(const LabelledTile& tile) {
    try {
        const auto image = read_image(tile.file);
        const auto [shorter, longer] = std::minmax(image.width, image.height);
        if (shorter < kMinEdgePx) return tile.file.string() + ": is too small, " + size_text(image);
        if (longer > kMaxEdgePx) return tile.file.string() + ": is far larger than a tile, " + size_text(image);
        if (longer > kMostUnequal * shorter) return tile.file.string() + ": is too oblong, " + size_text(image);
        return {};
    } catch (const Error& error) {
        if (error.code() == ErrorCode::unsupported) throw;
        return error.what();
    }
}

}  // namespace

std::size_t leave_out_unusable(Dataset& dataset, int threads,
                               const std::function<void(std::size_t, std::size_t)>& progress) {
    auto& tiles = dataset.tiles;
    std::vector<std::string> faults(tiles.size());
    parallel_for(
        threads, tiles.size(), [&](std::size_t i) { faults[i] = fault_of(tiles[i]); }, progress);

    std::array<std::size_t, 3> before{}, after{};
    std::vector<LabelledTile> usable;
    usable.reserve(tiles.size());
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const auto label = static_cast<std::size_t>(tiles[i].label);
        ++before[label];
        if (!faults[i].empty()) {
            dataset.problems.push_back(std::move(faults[i]));
            continue;
        }
        ++after[label];
        usable.push_back(std::move(tiles[i]));
    }
    const auto left_out = tiles.size() - usable.size();
    tiles = std::move(usable);
    for (std::size_t label = 0; label < 2; ++label) {
        if (before[label] > 0 && after[label] == 0) {
            throw Error(
                ErrorCode::bad_data, dataset.class_names[label],
                "none of its " + std::to_string(before[label]) + " pictures can be used: " + dataset.problems.back());
        }
    }
    return left_out;
}

}  // namespace slidetype
