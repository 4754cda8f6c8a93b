#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "base/raster.h"

namespace slidetype::bench {

/// A slide of any size for measuring: an ellipse of tissue on glass.
struct BenchSlide {
    std::size_t tissue_tiles = 20'000;  ///< at least so many squares of 128 µm lie whole in the tissue
    bool scan_40x = false;              ///< 0.25 µm/px, else 0.5
    int quality = 80;                   ///< JPEG quality
};

/// Pictures of tissue to make it of: all JPEG and PNG files directly in `folder`, at most `most` of them by name, or
/// where `folder` is empty squares cut from the painted slides in `sample_slides`.
/// Throws Error(not_found | bad_data).
std::vector<RgbImage> tissue_pictures(const std::filesystem::path& folder, const std::filesystem::path& sample_slides,
                                      std::size_t most = 64);

/// Writes it as scanners do: BigTIFF, tiles of 240 pixels in JPEG (4:2:0), levels 1, 4 and 16. Every picture is
/// compressed once and its bytes are used again and again, so that ten thousand tiles take a second; a reader has all
/// of them to decode all the same. Memory: one row of tiles. The file appears under its name when it is whole. Throws
/// Error(io), Error(usage) where there is no picture.
void write_bench_slide(const std::filesystem::path& file, const std::vector<RgbImage>& pictures,
                       const BenchSlide& slide);

}  // namespace slidetype::bench
