#pragma once

#include "model/training.h"

namespace slidetype {

/// See train_network() in model/training.h.
TrainReport train_with_torch(const Dataset& dataset, const Split& split, const TrainOptions& options,
                             const TrainCallbacks& callbacks);

}  // namespace slidetype
