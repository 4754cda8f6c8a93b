#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/bags/bag.h"

namespace slidetype {

// What holds for bags from files of every format. All throw Error(bad_data) naming the file.

/// Rows of one number at least, and not of absurdly many.
void check_dimension(const std::string& source, std::size_t dimension);
/// As many places as tiles.
void check_places(const std::string& source, std::size_t tiles, std::size_t places);
[[noreturn]] void refuse_empty_bag(const std::string& source);
/// Pairs of numbers as places. They must be finite.
std::vector<TilePlace> places_of(const std::string& source, std::span<const double> pairs);

}  // namespace slidetype
