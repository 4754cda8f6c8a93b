#pragma once

#include <string>

#include "base/resampling/resample.h"
#include "model/training/training.h"

namespace slidetype {

/// Everything that must be the same for a training to go on: options, pictures with all that they teach, split, weights
/// to start from, and how pictures are resampled (`kernel`). Not what leaves the state of a checkpoint as it is: the
/// number of threads, and the turns, which are averaged after the last epoch.
std::string training_fingerprint(const Dataset& dataset, const Split& split, const TrainOptions& options,
                                 int kernel = kResamplingKernel);

}  // namespace slidetype
