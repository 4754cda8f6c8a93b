#include "model/scoring/bag_part.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace slidetype {
namespace {

BagPart united_part(std::span<const std::vector<BagPart>> bags, std::size_t head) {
    double most = bags.front()[head].log_weight;
    for (const auto& bag : bags) most = std::max(most, bag[head].log_weight);
    double weights = 0, sum = 0;
    for (const auto& bag : bags) {
        // Relative to the largest, so that nothing overflows. Where nothing weighs anything all weigh the same.
        const double weight = std::isfinite(most) ? std::exp(bag[head].log_weight - most) : 1.0;
        weights += weight;
        sum += weight * bag[head].mean;
    }
    return {std::isfinite(most) ? most + std::log(weights) : most, sum / weights};
}

}  // namespace

std::vector<BagPart> united(std::span<const std::vector<BagPart>> bags) {
    if (bags.empty()) throw Error(ErrorCode::bad_data, "", "there is no bag to make a call from");
    for (const auto& bag : bags) {
        if (bag.size() == bags.front().size()) continue;
        throw Error(ErrorCode::bad_data, "", "bags of models with different numbers of heads cannot be one bag");
    }
    std::vector<BagPart> parts;
    for (std::size_t head = 0; head < bags.front().size(); ++head) parts.push_back(united_part(bags, head));
    return parts;
}

}  // namespace slidetype
