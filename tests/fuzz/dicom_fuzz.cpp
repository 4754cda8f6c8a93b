// A DICOM slide, given any bytes as its only file: stepping through its elements, DCMTK, the index of its frames, and
// their decoders. Frames above a megapixel are left out, since decoders take memory by what a frame claims.
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "tests/fuzz/memory_file.h"
#include "tiler/dicom/dicom_image.h"
#include "tiler/dicom/dicom_module.h"
#include "tiler/dicom/dicom_pyramid.h"

namespace slidetype {

/// Linked here, and no module.
const DicomModule& dicom_module() {
    return *slidetype_dicom_module_v1();
}

}  // namespace slidetype

namespace {

constexpr std::int64_t kMostPixels = std::int64_t{1} << 20;

void read_tiles(const slidetype::DicomImage& image) {
    const auto last_column = (image.width() - 1) / image.tile_width();
    const auto last_row = (image.height() - 1) / image.tile_height();
    std::vector<std::uint8_t> rgb;
    for (const auto& [column, row] : {std::array<std::int64_t, 2>{0, 0}, {last_column, last_row}, {last_column, 0}}) {
        for (const int shrink : {1, 2}) {
            if (!shrinks_itself(image.format(), shrink) && shrink > 1) continue;
            try {
                (void)image.read_tile(column, row, shrink, rgb);
            } catch (const slidetype::Error&) {  // this tile fails
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const slidetype::testing::MemoryFile memory(data, size);
    try {
        std::vector<slidetype::DicomObject> objects;
        objects.push_back(slidetype::read_dicom_object(memory.path()));
        const auto& instance = objects.front().instance;
        (void)slidetype::dicom_spacings(instance);
        if (slidetype::role_of(instance) == slidetype::DicomRole::other) return 0;
        if (instance.columns > kMostPixels || instance.rows > kMostPixels ||
            instance.columns * instance.rows > kMostPixels)
            return 0;
        auto pyramid = slidetype::pyramid_of_pictures(std::move(objects));
        read_tiles(slidetype::DicomImage(std::move(pyramid.levels.front())));
    } catch (const slidetype::Error&) {  // refused
    }
    return 0;
}
