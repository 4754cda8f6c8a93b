#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/bags/bag.h"
#include "model/scoring/bag_part.h"
#include "model/scoring/tile_scorer.h"

namespace slidetype {

/// What an aggregator says of a bag as a whole.
struct BagOpinion {
    std::vector<double> probabilities;  ///< of the classes, calibrated, sum 1
    double logit = 0;                   ///< of the second class of two, before calibration
    std::vector<float> attention;       ///< weight of each tile, sum 1
    std::vector<double> head_logits;    ///< `logit` by each head alone; one where the model is not several heads
    std::vector<BagPart> parts;         ///< from which unite() makes an opinion on several bags
    /// Heads that lean to the same side of one half as the opinion.
    std::size_t agreeing() const;
};

/// Turns a bag into class probabilities and a weight per tile, and says what each tile is alone. Immutable, so any
/// number of threads may use one object.
class Aggregator : public TileScorer {
  public:
    /// In words, such as "gated attention, 5 heads".
    virtual std::string description() const = 0;

    /// Of a bag of at least one tile, on up to `threads` threads; bit-identical for any number of them.
    /// Throws Error(bad_data) where the bag is empty or of another dimension.
    virtual BagOpinion aggregate(const Bag& bag, int threads) const = 0;

    /// What aggregate() would say of one bag of the tiles of several, from the parts of its opinions on each: see
    /// united(). Without attention, since there are no tiles. Throws Error(bad_data) where there is no bag, or the
    /// parts are not those of this aggregator.
    virtual BagOpinion unite(std::span<const std::vector<BagPart>> bags) const = 0;
};

/// Throws Error(bad_data) where the bag has no tiles or features of another dimension.
void require_fitting_bag(const Bag& bag, std::size_t dimension);

}  // namespace slidetype
