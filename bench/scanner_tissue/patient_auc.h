#pragma once

#include <array>
#include <vector>

#include "model/metrics/metrics.h"

namespace slidetype::bench {

/// Scores of the tiles of each patient (or source image), of LUAD and of LUSC. None may be without tiles.
using PatientTiles = std::array<std::vector<std::vector<double>>, 2>;

/// The area under the ROC curve of the patients' means, ties as one half, with a 95 % interval from drawing patients
/// within each class, so that no draw lacks one. Both classes must have a patient. Deterministic.
Estimate auc_by_patient(const PatientTiles& patients);

/// The same of the tiles, each patient weighing the same.
Estimate auc_by_tile(const PatientTiles& patients);

}  // namespace slidetype::bench
