#include "model/scoring/aggregator.h"

#include <algorithm>

namespace slidetype {

std::size_t BagOpinion::agreeing() const {
    const bool second = probabilities.size() == 2 && probabilities[1] > 0.5;
    return static_cast<std::size_t>(
        std::ranges::count_if(head_logits, [&](double logit) { return (logit > 0) == second; }));
}

}  // namespace slidetype
