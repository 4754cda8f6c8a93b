#pragma once

#include <span>
#include <vector>

namespace slidetype {

/// The place of each value among all, 0 … 100: the share of smaller ones, and half of the equal ones.
std::vector<float> percentiles(std::span<const float> values);

}  // namespace slidetype
