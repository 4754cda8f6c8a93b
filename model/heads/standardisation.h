#pragma once

#include <functional>
#include <span>
#include <vector>

#include "model/heads/bag_store.h"

namespace slidetype {

/// Mean and deviation of each number of the tiles, every bag weighing the same however many tiles it has. Numbers that
/// do not vary have deviation 1.
struct Standardisation {
    std::vector<float> mean, deviation;
};

/// Over the bags of those numbers. Bit-identical for any number of threads. `done(n)` is called by one thread at a
/// time. Throws Error(bad_data) naming two files where bags have different dimensions, and what BagStore throws.
Standardisation standardisation_of(BagStore& store, std::span<const std::size_t> bags, int threads,
                                   const std::function<void(std::size_t)>& done = {});

}  // namespace slidetype
