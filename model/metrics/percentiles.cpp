#include "model/metrics/percentiles.h"

#include <algorithm>
#include <numeric>

namespace slidetype {

std::vector<float> percentiles(std::span<const float> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<float> out(values.size());
    const auto count = static_cast<double>(values.size());
    for (std::size_t begin = 0; begin < order.size();) {
        auto end = begin + 1;
        while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
        const double middle = static_cast<double>(begin + end) / 2;
        for (auto i = begin; i < end; ++i) out[order[i]] = static_cast<float>(100 * middle / count);
        begin = end;
    }
    return out;
}

}  // namespace slidetype
