#include "tiler/tiff/jpeg_colours.h"

#include <cstdlib>

#include "base/raster.h"

namespace slidetype {
namespace {

/// Whether the tile is glass if it is YCbCr: bright, without colour. As RGB it would be bright red, as no glass and no
/// tissue is throughout.
bool glass_is_ycbcr(const std::vector<std::uint8_t>& bytes, JpegTileFormat format) {
    constexpr int brightness = 170, colour = 12;
    const int shrink = format.width % 8 == 0 && format.height % 8 == 0 ? 8 : 1;
    const auto width = format.width / shrink, height = format.height / shrink;
    RgbImage small(width, height);
    format.ycbcr = false;  // as it is stored
    if (!decode_jpeg_tile(bytes, format, shrink, small.pixels.data(), static_cast<std::size_t>(width) * 3))
        return false;
    std::size_t glass = 0;
    for (std::size_t i = 0; i < small.pixels.size(); i += 3) {
        const std::uint8_t* pixel = small.pixels.data() + i;
        const bool grey = std::abs(pixel[1] - 128) <= colour && std::abs(pixel[2] - 128) <= colour;
        glass += grey && pixel[0] >= brightness ? 1 : 0;
    }
    return 3 * 2 * glass > small.pixels.size();  // more than half of the pixels
}

}  // namespace

bool contradict_tag(std::span<const std::vector<std::uint8_t>> fullest, const JpegTileFormat& as_tagged,
                    const std::function<std::vector<std::uint8_t>()>& emptiest) {
    const auto other = as_tagged.ycbcr ? JpegColours::rgb : JpegColours::ycbcr;
    bool doubtful = false;
    for (const auto& bytes : fullest) {
        const auto said = colours_of_jpeg(bytes, as_tagged.tables);
        const bool perhaps = said == JpegColours::perhaps_ycbcr && !as_tagged.ycbcr;
        if (said != other && !perhaps) return false;
        doubtful = doubtful || perhaps;
    }
    return !fullest.empty() && (!doubtful || glass_is_ycbcr(emptiest(), as_tagged));
}

}  // namespace slidetype
