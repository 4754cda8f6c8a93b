#include "model/heads/bag_pass.h"

#include <algorithm>

#include "base/half.h"
#include "model/heads/head_pass.h"

namespace slidetype {

std::vector<float> floats_of(std::span<const std::uint16_t> halves) {
    std::vector<float> floats(halves.size());
    std::ranges::transform(halves, floats.begin(), from_half);
    return floats;
}

BagPass run_head_on_bag(const HeadWeights& head, const Bag& bag) {
    BagPass out;
    HeadPass pass;
    for (std::size_t begin = 0; begin < bag.tiles; begin += kTilesAtOnce) {
        const auto count = std::min(kTilesAtOnce, bag.tiles - begin);
        const auto rows = std::span(bag.features).subspan(begin * bag.dimension, count * bag.dimension);
        run_head(head, floats_of(rows), pass);
        out.scores.insert(out.scores.end(), pass.scores.begin(), pass.scores.end());
        out.logits.insert(out.logits.end(), pass.logits.begin(), pass.logits.end());
    }
    return out;
}

}  // namespace slidetype
