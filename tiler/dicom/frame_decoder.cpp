#include "tiler/dicom/frame_decoder.h"

#include "tiler/dicom/dicom_module.h"
#include "tiler/tiff/jpeg_tile.h"
#include "tiler/tiff/ycbcr.h"

namespace slidetype {
namespace {

bool unpack(std::span<const std::uint8_t> bytes, const FrameFormat& format, std::vector<std::uint8_t>& rgb) {
    if (bytes.size() < rgb.size()) return false;
    const auto pixels = rgb.size() / 3;
    for (std::size_t i = 0; i < pixels; ++i) {
        for (std::size_t c = 0; c < 3; ++c) rgb[3 * i + c] = format.planar ? bytes[c * pixels + i] : bytes[3 * i + c];
        if (format.ycbcr) from_ycbcr(rgb.data() + 3 * i);
    }
    return true;
}

}  // namespace

bool shrinks_itself(const FrameFormat& format, int shrink) {
    return format.codec == FrameCodec::jpeg && format.width % shrink == 0 && format.height % shrink == 0;
}

bool decode_frame(std::span<const std::uint8_t> bytes, const FrameFormat& format, int shrink,
                  std::vector<std::uint8_t>& rgb) {
    const auto width = format.width / shrink, height = format.height / shrink;
    const auto stride = static_cast<std::size_t>(width) * 3;
    rgb.resize(stride * static_cast<std::size_t>(height));
    switch (format.codec) {
        case FrameCodec::plain:
            return unpack(bytes, format, rgb);
        case FrameCodec::jpeg:
            return decode_jpeg_tile(bytes, {{}, format.ycbcr, format.width, format.height}, shrink, rgb.data(), stride);
        case FrameCodec::jpeg2000:
            return dicom_module().decode_jpeg2000(bytes, {format.width, format.height, format.ycbcr}, rgb.data(),
                                                  stride);
    }
    return false;
}

}  // namespace slidetype
