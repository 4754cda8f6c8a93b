#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace slidetype {

/// What must lie in one fold as a whole: a patient, or a site with all of its patients. Counts are by class.
struct FoldUnit {
    std::array<std::size_t, 2> patients{}, slides{};
};

/// A fold for each unit, so that each fold has an even share of the patients of each class, and of their slides as
/// nearly as that allows: the largest first, each to where it does most good, then units are moved and exchanged as
/// long as that makes folds more even, from several beginnings of which the best counts. (Howard et al., Nature
/// Communications 2021, solve the same by quadratic programming.) Deterministic for a seed. `folds` is at least 1.
std::vector<int> balanced_folds(std::span<const FoldUnit> units, int folds, std::uint64_t seed);

}  // namespace slidetype
