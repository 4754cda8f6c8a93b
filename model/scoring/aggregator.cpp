#include "model/scoring/aggregator.h"

#include <algorithm>

namespace slidetype {

std::size_t BagOpinion::agreeing() const {
    const bool second = probabilities.size() == 2 && probabilities[1] > 0.5;
    return static_cast<std::size_t>(std::ranges::count_if(of_heads, [&](double p) { return (p > 0.5) == second; }));
}

}  // namespace slidetype
