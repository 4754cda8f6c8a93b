#include "model/heads/standardisation.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "base/half.h"
#include "base/parallel.h"

namespace slidetype {
namespace {

/// So many bags are summed up at once, which bounds the memory.
constexpr std::size_t kBagsAtOnce = 32;

/// Mean of the numbers of a bag, and of their squares.
struct Moments {
    std::vector<double> first, second;
};

Moments moments_of(const Bag& bag) {
    Moments moments{std::vector<double>(bag.dimension, 0.0), std::vector<double>(bag.dimension, 0.0)};
    const auto tiles = static_cast<double>(bag.tiles);
    for (std::size_t tile = 0; tile < bag.tiles; ++tile) {
        const auto row = bag.row(tile);
        for (std::size_t i = 0; i < row.size(); ++i) {
            const double value = from_half(row[i]);
            moments.first[i] += value;
            moments.second[i] += value * value;
        }
    }
    for (auto& value : moments.first) value /= tiles;
    for (auto& value : moments.second) value /= tiles;
    return moments;
}

void add(Moments& sum, const Moments& moments) {
    sum.first.resize(moments.first.size(), 0.0);
    sum.second.resize(moments.second.size(), 0.0);
    for (std::size_t i = 0; i < moments.first.size(); ++i) {
        sum.first[i] += moments.first[i];
        sum.second[i] += moments.second[i];
    }
}

void require_same_dimension(const BagStore& store, std::size_t first, std::size_t first_dimension, std::size_t bag,
                            std::size_t dimension) {
    if (dimension == first_dimension) return;
    throw Error(ErrorCode::bad_data, store.file(bag).string(),
                "holds vectors of " + std::to_string(dimension) + " numbers, and " + store.file(first).string() +
                    " of " + std::to_string(first_dimension),
                "All slides of a cohort need the features of one encoder.");
}

}  // namespace

Standardisation standardisation_of(BagStore& store, std::span<const std::size_t> bags, int threads,
                                   const std::function<void(std::size_t)>& done) {
    Moments sum;
    for (std::size_t begin = 0; begin < bags.size(); begin += kBagsAtOnce) {
        const auto now = bags.subspan(begin, std::min(kBagsAtOnce, bags.size() - begin));
        std::vector<Moments> moments(now.size());
        parallel_for(threads, now.size(), [&](std::size_t i) { moments[i] = moments_of(*store.get(now[i])); });
        for (std::size_t i = 0; i < now.size(); ++i) {
            const auto dimension = sum.first.empty() ? moments[i].first.size() : sum.first.size();
            require_same_dimension(store, bags.front(), dimension, now[i], moments[i].first.size());
            add(sum, moments[i]);
        }
        if (done) done(begin + now.size());
    }
    Standardisation out;
    const auto count = static_cast<double>(bags.size());
    for (std::size_t i = 0; i < sum.first.size(); ++i) {
        const double mean = sum.first[i] / count;
        const double variance = std::max(sum.second[i] / count - mean * mean, 0.0);
        // Below a millionth of the square nothing but rounding is left.
        const bool varies = variance > 1e-6 * sum.second[i] / count;
        out.mean.push_back(static_cast<float>(mean));
        out.deviation.push_back(varies ? static_cast<float>(std::sqrt(variance)) : 1.0F);
    }
    return out;
}

}  // namespace slidetype
