#pragma once

#include "plugin/analysis/slide_result.h"

namespace slidetype {

/// Fills in what follows from the scored tiles and their statuses: the call, by which thresholds it was made, the areas
/// of the classes and of what does not vote. `gate`: votes weigh how surely their tiles are tumour; else all weigh the
/// same, as they do where the model has no gate.
void call_result(SlideResult& result, const CallOptions& options, bool gate);

}  // namespace slidetype
