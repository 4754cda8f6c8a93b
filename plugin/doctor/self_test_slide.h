#pragma once

#include <string>

#include "plugin/analysis/engine.h"

namespace slidetype {

/// Draws a slide of the model's self-test tiles in a temporary folder, takes it through everything that `run` does, and
/// compares: the tiles read from the slide must score what their pixels score without a slide (to 1e-5), one thread
/// what all threads do (to the bit), and the result that is read back what was written. Gives a sentence of what was
/// compared. Throws Error(internal) where something differs, and what the steps throw.
std::string self_test_slide(const ModelDirectory& model);

}  // namespace slidetype
