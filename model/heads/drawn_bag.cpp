#include <algorithm>
#include <numeric>
#include <utility>

#include "base/half.h"
#include "base/random.h"
#include "model/heads/head_trainer.h"

namespace slidetype {
namespace {

/// `wanted` of `count` numbers without repeats, in rising order; all where there are no more.
std::vector<std::size_t> drawn(std::size_t count, std::size_t wanted, Random& random) {
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (count <= wanted) return all;
    for (std::size_t i = 0; i < wanted; ++i) std::swap(all[i], all[i + random.below(count - i)]);
    all.resize(wanted);
    std::ranges::sort(all);
    return all;
}

}  // namespace

DrawnBag draw_tiles(const Bag& bag, const Standardisation& standardisation, std::size_t wanted, std::uint64_t seed,
                    std::uint64_t epoch, std::size_t index) {
    Random random(Random::mix(seed), epoch, index);
    DrawnBag out;
    out.index = index;
    const auto tiles = drawn(bag.tiles, wanted, random);
    out.inputs.reserve(tiles.size() * bag.dimension);
    for (const auto tile : tiles) {
        const auto row = bag.row(tile);
        for (std::size_t i = 0; i < row.size(); ++i) {
            out.inputs.push_back((from_half(row[i]) - standardisation.mean[i]) / standardisation.deviation[i]);
        }
    }
    return out;
}

}  // namespace slidetype
