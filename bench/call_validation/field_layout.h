#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/random.h"

namespace slidetype::bench {

/// How the fields of one class lie on a slide.
enum class Arrangement {
    blocks,     ///< one class after the other from left to right: borders between classes are few
    scattered,  ///< fields of all classes among each other
    single,     ///< scattered, and every cell is a field of its own: hardly a tile without a border
};

/// What fills a field: 'A' LUAD, 'S' LUSC, 'N' benign tissue; the share of the slide that it shall fill.
using Shares = std::vector<std::pair<char, double>>;

/// Cells given to fields, and fields to classes.
struct FieldLayout {
    int columns = 0, rows = 0;
    std::vector<std::size_t> field_of_cell;  ///< row by row
    std::vector<char> kinds;                 ///< of the fields
    std::size_t cells_of(char kind) const;
};

/// Fields of uneven extent: every cell belongs to the nearest of `fields` points thrown at random. Shares are met as
/// nearly as whole fields allow, and every kind with a share gets a field.
FieldLayout lay_out_fields(int columns, int rows, std::size_t fields, Arrangement arrangement, const Shares& shares,
                           Random& random);

}  // namespace slidetype::bench
