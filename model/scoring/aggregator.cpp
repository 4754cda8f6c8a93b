#include "model/scoring/aggregator.h"

#include <algorithm>

#include "base/error.h"

namespace slidetype {

std::size_t BagOpinion::agreeing() const {
    const bool second = probabilities.size() == 2 && probabilities[1] > 0.5;
    return static_cast<std::size_t>(
        std::ranges::count_if(head_logits, [&](double logit) { return (logit > 0) == second; }));
}

void require_fitting_bag(const Bag& bag, std::size_t dimension) {
    if (bag.tiles == 0) throw Error(ErrorCode::bad_data, bag.origin.slide, "has no tiles to make a call from");
    if (bag.dimension == dimension) return;
    throw Error(ErrorCode::bad_data, bag.origin.slide,
                "has features of " + std::to_string(bag.dimension) + " numbers, and the model was made for " +
                    std::to_string(dimension),
                "Take the encoder that the model was trained with.");
}

}  // namespace slidetype
