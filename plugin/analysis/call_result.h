#pragma once

#include <vector>

#include "plugin/analysis/slide_result.h"

namespace slidetype {

/// The tiles of a slide as its call sees them.
struct SlideVotes {
    std::vector<CallTile> tiles;  ///< that vote; empty where the classes are others than LUAD and LUSC
    SetAside set_aside;
    double voting_mm2 = 0;                ///< tissue of the tiles that vote
    std::vector<double> class_areas_mm2;  ///< the same by the class of the highest probability
};

/// From the scored tiles and their statuses. `gate`: votes weigh how surely their tiles are tumour; else all weigh the
/// same, as they do where the model has no gate.
SlideVotes votes_of(const SlideResult& result, bool gate);

/// Fills in what follows from the scored tiles and their statuses: the call, by which thresholds it was made, the areas
/// of the classes and of what does not vote. `gate`: see votes_of().
void call_result(SlideResult& result, const CallOptions& options, bool gate);

}  // namespace slidetype
