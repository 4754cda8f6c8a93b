#pragma once

#include <memory>

#include "model/scoring/classifier.h"
#include "model/scoring/encoder.h"
#include "model/scoring/tile_scorer.h"

namespace slidetype {

/// A classifier of two halves: tiles become features, and of these it is said what the tiles are. The halves must be of
/// one dimension.
std::unique_ptr<Classifier> make_encoded_classifier(std::unique_ptr<Encoder> encoder,
                                                    std::unique_ptr<TileScorer> scorer);

}  // namespace slidetype
