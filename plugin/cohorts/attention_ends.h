#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "model/scoring/aggregator.h"
#include "plugin/cohorts/cohort_bags.h"

namespace slidetype {

/// A tile that was looked at much, or hardly.
struct EndTile {
    std::size_t slide = 0, tile = 0;  ///< numbers of the slide in the cohort, and of the tile in its bag
    TilePlace place;                  ///< as the bag has it
    double times_mean = 0;            ///< its attention, in means of the slide's tiles
    double percentile = 0;            ///< of its attention among the slide's tiles, 0 … 100
    double probability = 0;           ///< P(LUSC) of the tile alone
};

/// More tiles of a patient than that are not shown: pictures are to be of many.
inline constexpr std::size_t kTilesOfPatient = 2;

/// The most and the least attended tiles, the most and the least attended first.
struct TileEnds {
    std::vector<EndTile> most, least;
};

/// Those of one slide, kTilesOfPatient at most of each, or why there are none.
struct SlideEnds {
    enum class Lack {
        nothing,
        look,       ///< nobody looked at the slide
        attention,  ///< all of its tiles are attended the same
        places,     ///< its features do not say where its tiles lie
    };
    Lack lack = Lack::look;
    TileEnds tiles;
    BagOrigin origin;  ///< of the slide's bag: how large its tiles are
};

/// `said` is what `aggregator` says of the bag. Of tiles with the same attention those that come first in the bag count
/// as attended more. No tile is among both: the most attended ones are of the upper half, the least of the lower.
SlideEnds attention_ends(std::size_t slide, const Bag& bag, const BagOpinion& said, const Aggregator& aggregator);

/// attention_ends() of each slide, by the aggregator that `whose` gives for it, on up to `threads` threads; slides for
/// which it gives none are not read. `done(n, of)` is called by one thread at a time and may throw to stop.
std::vector<SlideEnds> ends_of_cohort(const CohortBags& bags,
                                      const std::function<const Aggregator*(std::size_t slide)>& whose, int threads,
                                      const std::function<void(std::size_t, std::size_t)>& done = {});

/// Of the slides of a class the `shown` most and least attended tiles, with as many patients among them as there are: a
/// second tile of a patient comes where there are fewer patients than that. `ends` has one entry per slide.
TileEnds pick_ends(std::span<const SlideEnds> ends, const Cohort& cohort, int label, std::size_t shown = 16);

}  // namespace slidetype
