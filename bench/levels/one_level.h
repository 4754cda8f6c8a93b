#pragma once

#include <filesystem>

namespace slidetype::bench {

/// Writes the finest picture of a tiled TIFF as a TIFF of that one level. Its compressed tiles are copied as they are,
/// so both files hold the same pixels. Throws Error(unsupported) for what is no such TIFF, Error(io).
void write_one_level(const std::filesystem::path& slide, const std::filesystem::path& file);

}  // namespace slidetype::bench
