#include "plugin/cohorts/attention_ends.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "base/half.h"
#include "base/parallel.h"
#include "model/metrics/percentiles.h"

namespace slidetype {
namespace {

/// P(LUSC) of one tile of the bag.
double probability_of(const Bag& bag, std::size_t tile, const Aggregator& aggregator) {
    std::vector<float> features(bag.dimension);
    std::ranges::transform(bag.row(tile), features.begin(), from_half);
    return double{aggregator.score(features, 1).probabilities.back()};
}

/// The most, or the least, attended first; of the same attention in the order of slides and tiles.
void sort_end(std::vector<EndTile>& tiles, bool most) {
    std::ranges::sort(tiles, {}, [&](const EndTile& tile) {
        return std::tuple(most ? -tile.times_mean : tile.times_mean, tile.slide, tile.tile);
    });
}

/// In rounds, each of which takes the next tile of every patient. `of_patients`: sorted as sort_end() does.
std::vector<EndTile> pick_end(const std::map<std::string, std::vector<EndTile>>& of_patients, bool most,
                              std::size_t shown) {
    std::vector<EndTile> picked;
    for (std::size_t round = 0; round < kTilesOfPatient && picked.size() < shown; ++round) {
        std::vector<EndTile> next;
        for (const auto& [patient, tiles] : of_patients) {
            if (round < tiles.size()) next.push_back(tiles[round]);
        }
        sort_end(next, most);
        next.resize(std::min(next.size(), shown - picked.size()));
        picked.insert(picked.end(), next.begin(), next.end());
    }
    sort_end(picked, most);
    return picked;
}

}  // namespace

SlideEnds attention_ends(std::size_t slide, const Bag& bag, const BagOpinion& said, const Aggregator& aggregator) {
    SlideEnds ends;
    ends.origin = bag.origin;
    const auto& attention = said.attention;
    const auto [low, high] = std::ranges::minmax(attention);
    ends.lack = low == high                      ? SlideEnds::Lack::attention
                : bag.places.size() != bag.tiles ? SlideEnds::Lack::places
                                                 : SlideEnds::Lack::nothing;
    if (ends.lack != SlideEnds::Lack::nothing) return ends;
    const auto ranks = percentiles(attention);
    const auto end_of = [&](std::size_t tile) {
        return EndTile{slide,
                       tile,
                       bag.places[tile],
                       double{attention[tile]} * static_cast<double>(bag.tiles),
                       double{ranks[tile]},
                       probability_of(bag, tile, aggregator)};
    };
    std::vector<std::size_t> order(bag.tiles);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater(), [&](std::size_t tile) { return attention[tile]; });
    const auto upper = std::min(kTilesOfPatient, (bag.tiles + 1) / 2), lower = std::min(kTilesOfPatient, bag.tiles / 2);
    for (std::size_t i = 0; i < upper; ++i) ends.tiles.most.push_back(end_of(order[i]));
    for (std::size_t i = 0; i < lower; ++i) ends.tiles.least.push_back(end_of(order[bag.tiles - 1 - i]));
    return ends;
}

std::vector<SlideEnds> ends_of_cohort(const CohortBags& bags,
                                      const std::function<const Aggregator*(std::size_t slide)>& whose, int threads,
                                      const std::function<void(std::size_t, std::size_t)>& done) {
    std::vector<SlideEnds> ends(bags.cohort.slides.size());
    const auto look = [&](std::size_t i) {
        const auto* aggregator = whose(i);
        if (aggregator == nullptr) return;
        const auto bag = bags.store->get(i);
        ends[i] = attention_ends(i, *bag, aggregator->aggregate(*bag, 1), *aggregator);
    };
    parallel_for(threads, ends.size(), look, done);
    return ends;
}

TileEnds pick_ends(std::span<const SlideEnds> ends, const Cohort& cohort, int label, std::size_t shown) {
    std::map<std::string, std::vector<EndTile>> most, least;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const auto& slide = cohort.slides[i];
        if (slide.label != label) continue;
        const auto& [of_most, of_least] = ends[i].tiles;
        auto &upper = most[slide.patient], &lower = least[slide.patient];
        upper.insert(upper.end(), of_most.begin(), of_most.end());
        lower.insert(lower.end(), of_least.begin(), of_least.end());
    }
    for (auto& [patient, tiles] : most) sort_end(tiles, true);
    for (auto& [patient, tiles] : least) sort_end(tiles, false);
    return {pick_end(most, true, shown), pick_end(least, false, shown)};
}

}  // namespace slidetype
