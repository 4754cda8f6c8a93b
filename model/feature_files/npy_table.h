#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace slidetype {

/// A table of numbers of numpy's own format.
struct NpyTable {
    std::size_t rows = 0, width = 0;
    std::vector<double> numbers;  ///< row-major
};

/// Reads the bytes of a .npy file (versions 1 to 3) of two axes: integers of 4 or 8 bytes, or floats of 4 or 8, of this
/// machine's order of bytes, row-major. Throws Error(bad_data) naming `source` for all else.
NpyTable read_npy(std::string_view bytes, const std::string& source);

}  // namespace slidetype
