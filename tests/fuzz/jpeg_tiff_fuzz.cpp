// The quick way to a slide's pixels, given any bytes as a file: it must neither crash, nor touch memory that is not its
// own, nor allocate more than the file warrants (libFuzzer's -malloc_limit_mb).
// The levels that OpenSlide would tell are taken from the file itself, so that much of it is believed.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/memory_file.h"
#include "tiler/slides/jpeg_tiff.h"

namespace {

using slidetype::JpegTiff;
using slidetype::LevelShape;
using slidetype::Rect;

/// Some reads within, across and beyond the edges of a level.
void read(const JpegTiff& tiff, int level, const LevelShape& shape) {
    const auto corner_x = std::max<std::int64_t>(shape.width / 8 * 8 - 64, -8);
    const auto corner_y = std::max<std::int64_t>(shape.height / 8 * 8 - 64, -8);
    for (const int shrink : {1, 2, 4, 8}) {
        for (const Rect& rect : {Rect{-8, -8, 80, 80}, Rect{corner_x, corner_y, 96, 96}}) {
            slidetype::RgbImage out(static_cast<int>(rect.width / shrink), static_cast<int>(rect.height / shrink));
            (void)tiff.read(level, rect, shrink, out);
        }
    }
    (void)tiff.fullest_tiles(level, 3);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const slidetype::testing::MemoryFile memory(data, size);
    const auto file = slidetype::ReadOnlyFile::open(memory.path());
    if (!file) return 0;
    std::vector<LevelShape> levels;
    for (const auto& directory : slidetype::tiled_directories(*file)) {
        levels.push_back({directory.width, directory.height, directory.tile_width, directory.tile_height});
        if (levels.size() == 4) break;
    }
    constexpr const char* kVendors[] = {"generic-tiff", "aperio", "philips"};
    const auto tiff = JpegTiff::open(memory.path(), kVendors[size % 3], levels, {255, 255, 255});
    for (std::size_t i = 0; tiff && i < levels.size(); ++i) {
        if (tiff->serves(static_cast<int>(i))) read(*tiff, static_cast<int>(i), levels[i]);
    }
    return 0;
}
