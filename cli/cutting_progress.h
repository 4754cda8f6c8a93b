#pragma once

#include <cstddef>
#include <string>

#include "cli/progress.h"
#include "plugin/teaching/tile_folder.h"

namespace slidetype {

/// Shows on `bar`, which must outlive it, how far the cutting of tiles out of so many slides is, and stops it after a
/// signal. `opening`: what is done with a slide before its first tile.
CutCallbacks show_cutting(Progress& bar, std::size_t slides, std::string opening);

}  // namespace slidetype
