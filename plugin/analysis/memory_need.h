#pragma once

#include <cstdint>
#include <string>

#include "plugin/analysis/engine.h"

namespace slidetype {

/// Bytes that a slide takes beside the model, estimated from above before they are taken.
struct MemoryNeed {
    std::uint64_t slide = 0;       ///< however many threads there are
    std::uint64_t per_thread = 0;  ///< for each of them: two blocks in flight and the network's buffers
    std::uint64_t total(int threads) const { return slide + static_cast<std::uint64_t>(threads) * per_thread; }
};

/// To find the tissue and lay the grid: the overview with its masks, a strip of the level that it is made from, a row
/// per tile.
MemoryNeed planning_need(const Slide& slide, const Spacing& spacing, const GridOptions& grid);

/// To score what was planned and to write the result: a row per tile, the pictures, the blocks in flight.
MemoryNeed scoring_need(const SlidePlan& plan, const ModelConfig& model);

/// Throws Error(memory) naming `slide` where one thread takes more than `bound` bytes.
void require_memory(const MemoryNeed& need, std::uint64_t bound, const std::string& slide);

/// The most threads, up to `wanted`, that keep to the bound. Throws Error(memory) where one does not.
int threads_within(std::uint64_t bound, const MemoryNeed& need, int wanted, const std::string& slide);

/// What to tell a user whose system bounds the address space of this process (`ulimit -v`, as some clusters do) so low
/// that libraries may end the process where memory is refused to them; empty where all is well. 0 threads: as many as
/// there are processors.
std::string address_space_warning(int threads);

}  // namespace slidetype
