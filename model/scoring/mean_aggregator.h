#pragma once

#include <memory>

#include "model/scoring/aggregator.h"
#include "model/scoring/tile_scorer.h"

namespace slidetype {

/// What the tiles of a bag say on average: the mean of their P(second class), each weighing its P(tumour) where the
/// model has a gate. What `run` makes its call of, but for what only a slide knows: where its tiles lie beside each
/// other.
std::unique_ptr<Aggregator> make_mean_aggregator(std::unique_ptr<TileScorer> scorer);

}  // namespace slidetype
