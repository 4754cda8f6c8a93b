#pragma once

#include <string>

#include "bench/cross_validation/card.h"

namespace slidetype::bench {

/// The parts of the model card, each Markdown that ends in a line break.
std::string figures_table(const CardInput& input);
std::string shifts_table(const CardInput& input);
std::string shift_details_table(const CardInput& input);
std::string folds_table(const CardInput& input);
std::string paired_table(const CardInput& input);
std::string clusters_table(const CardInput& input);
std::string gate_table(const CardInput& input);
std::string goals_table(const CardInput& input);
std::string shipped_table(const CardInput& input);
/// What the shipped models know of their material, how often they err in that, and what they noticed of scanner tissue.
std::string known_material_table(const CardInput& input);
std::string runs_list(const CardInput& input);

}  // namespace slidetype::bench
