#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "model/report/attended_section.h"
#include "plugin/cohorts/attention_ends.h"

namespace slidetype {

/// Picks the tiles of each class and reads their pixels from the slides, as large as the encoder sees them (256 pixels
/// at most). Shows tiles of slides whose file is at hand; how many are not, and why, is in the notes, and a tile that
/// cannot be read has the reason in place of its picture. Opens one slide per thread at a time, four at most. The same
/// page for any number of threads. `whose`: see AttendedPage. `done(n, of)`: slides, by one thread at a time; may throw
/// to stop, which is all that is thrown.
AttendedPage attended_page(std::vector<SlideEnds> ends, const CohortBags& bags, const std::string& whose, int threads,
                           const std::function<void(std::size_t, std::size_t)>& done = {});

}  // namespace slidetype
